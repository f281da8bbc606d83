#include "methods/particles/box_exchange.hpp"

#include <algorithm>
#include <bit>

namespace parapet {

namespace {

/// Which rank has a cell of the grid in its block.
class BlockOwners {
 public:
  explicit BlockOwners(const CellDivision& division) : division_(division) {
    for (std::size_t a = 0; a < 3; ++a) {
      part_[a].resize(static_cast<std::size_t>(division.grid().points[a]));
    }
    for (int rank = 0; rank < division.active_ranks(); ++rank) {
      const Box block = division.block(rank);
      const auto place = division.place(rank);
      for (std::size_t a = 0; a < 3; ++a) {
        std::fill_n(part_[a].begin() + block.offset[a], block.count[a], place[a]);
      }
    }
  }

  int of(const std::array<std::int64_t, 3>& cell) const {
    std::array<int, 3> place;
    for (std::size_t a = 0; a < 3; ++a) place[a] = part_[a][static_cast<std::size_t>(cell[a])];
    return division_.rank_at(place);
  }

 private:
  const CellDivision& division_;
  std::array<std::vector<int>, 3> part_;
};

std::vector<std::size_t> multiplied(std::vector<std::size_t> counts, std::size_t factor) {
  for (std::size_t& count : counts) count *= factor;
  return counts;
}

}  // namespace

/// What the cells of the box along an axis and the layers around them stand for.
std::vector<std::int64_t> BoxExchange::axis_cells(const CellGrid& cells, const Box& box,
                                                  std::size_t axis) const {
  const std::int64_t n = cells.grid().points[axis];
  if (static_cast<int>(axis) >= cells.grid().dimensions) return {0};
  std::vector<std::int64_t> all;
  for (std::int64_t c = box.offset[axis] - 1; c <= box.offset[axis] + box.count[axis]; ++c) {
    all.push_back(cells.grid().is_periodic[axis] ? (c + n) % n
                                                 : std::clamp<std::int64_t>(c, 0, n - 1));
  }
  return all;
}

BoxExchange::BoxExchange(const CellGrid& cells, const Box& box)
    : communicator_(&cells.communicator()), block_size_(cells.cell_count()) {
  const auto& points = cells.grid().points;
  const auto ranks = static_cast<std::size_t>(communicator_->size());
  const auto own = static_cast<std::size_t>(communicator_->rank());
  std::vector<std::vector<std::size_t>> places(ranks);
  std::vector<std::vector<std::uint64_t>> wanted(ranks);
  const BlockOwners owners(cells.division());
  std::size_t place = 0;
  if (box.size() > 0) {
    for (const auto i : axis_cells(cells, box, 0)) {
      for (const auto j : axis_cells(cells, box, 1)) {
        for (const auto k : axis_cells(cells, box, 2)) {
          const auto rank = static_cast<std::size_t>(owners.of({i, j, k}));
          places[rank].push_back(place++);
          wanted[rank].push_back(static_cast<std::uint64_t>((i * points[1] + j) * points[2] + k));
        }
      }
    }
  }
  const Box& block = cells.block();
  const auto here = [&](std::uint64_t word) {
    const auto cell = static_cast<std::int64_t>(word);
    const std::int64_t i = cell / (points[1] * points[2]) - block.offset[0],
                       j = cell / points[2] % points[1] - block.offset[1],
                       k = cell % points[2] - block.offset[2];
    return static_cast<std::size_t>((i * block.count[1] + j) * block.count[2] + k);
  };
  own_around_ = std::move(places[own]);
  for (const std::uint64_t word : wanted[own]) own_here_.push_back(here(word));
  places[own].clear(), wanted[own].clear();
  DealtWords out;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    around_.insert(around_.end(), places[rank].begin(), places[rank].end());
    out.words.insert(out.words.end(), wanted[rank].begin(), wanted[rank].end());
    out.counts.push_back(wanted[rank].size());
  }
  const DealtWords in = deal_words(*communicator_, out);
  asked_ = out.counts, answered_ = in.counts;
  for (const std::uint64_t word : in.words) here_.push_back(here(word));
}

void BoxExchange::add_up(const std::uint64_t* around, std::vector<std::uint64_t>& block) {
  out_.counts = asked_, in_.counts = answered_;
  out_.words.resize(around_.size());
  for (std::size_t i = 0; i < around_.size(); ++i) out_.words[i] = around[around_[i]];
  deal_known_words(*communicator_, out_, in_);
  block.assign(block_size_, 0);
  for (std::size_t i = 0; i < own_here_.size(); ++i) block[own_here_[i]] += around[own_around_[i]];
  for (std::size_t i = 0; i < here_.size(); ++i) block[here_[i]] += in_.words[i];
}

void BoxExchange::hand_out(const std::vector<double>& block, std::size_t width, double* around) {
  out_.counts = multiplied(answered_, width), in_.counts = multiplied(asked_, width);
  out_.words.resize(here_.size() * width);
  std::uint64_t* to = out_.words.data();
  for (const std::size_t place : here_) {
    for (std::size_t w = 0; w < width; ++w) {
      *to++ = std::bit_cast<std::uint64_t>(block[place * width + w]);
    }
  }
  deal_known_words(*communicator_, out_, in_);
  for (std::size_t i = 0; i < own_here_.size(); ++i) {
    std::copy_n(block.data() + own_here_[i] * width, width, around + own_around_[i] * width);
  }
  const std::uint64_t* word = in_.words.data();
  for (const std::size_t place : around_) {
    for (std::size_t w = 0; w < width; ++w) {
      around[place * width + w] = std::bit_cast<double>(*word++);
    }
  }
}

}  // namespace parapet
