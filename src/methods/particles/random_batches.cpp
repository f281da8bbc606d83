#include "methods/particles/random_batches.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "methods/particles/in_dimensions.hpp"
#include "particles/batch_forces.hpp"
#include "particles/shuffle.hpp"

namespace parapet {

namespace {

template <class E, int d>
class BatchForcesOf final : public BatchForces {
 public:
  BatchForcesOf(const E& e, double softening) : law_{e, softening} {}

  void find(std::size_t size, std::size_t batches, std::span<const double* const> x,
            std::span<double* const> force) const override {
    PairArrays<d, double> arrays;
    std::ranges::copy(x, arrays.x.begin());
    std::ranges::copy(force, arrays.force.begin());
    find_batch_forces<d>(law_, size, batches, arrays, this_processor());
  }

 private:
  InteractionLaw<E, d> law_;
};

}  // namespace

std::unique_ptr<BatchForces> batch_forces(const AnyEquation& equation, int dimensions,
                                          double softening) {
  return std::visit(
      [&]<class E>(const E& e) -> std::unique_ptr<BatchForces> {
        if constexpr (Process<E> && HasInteraction<E>) {
          return in_dimensions<E>(
              dimensions,
              [&]<int d>(std::integral_constant<int, d>) -> std::unique_ptr<BatchForces> {
                return std::make_unique<BatchForcesOf<E, d>>(e, softening);
              });
        }
        return nullptr;
      },
      equation);
}

RandomBatches::RandomBatches(const Communicator& ranks, const AnyEquation& equation, int dimensions,
                             const ParticleOptions& options, std::uint64_t first,
                             std::uint32_t member)
    : ranks_(ranks),
      forces_(batch_forces(equation, dimensions, options.softening)),
      dimensions_(static_cast<std::size_t>(dimensions)),
      total_(static_cast<std::uint64_t>(options.count)),
      batch_(static_cast<std::uint64_t>(options.batch)),
      first_(first),
      batches_(total_ / batch_ + (total_ % batch_ > 1 ? 1 : 0)),
      stream_(options.seed, Purpose::random_batches, member) {}

std::uint64_t RandomBatches::size_of(std::uint64_t batch) const {
  return batch + 1 < batches_ ? batch_ : total_ - batch * batch_;
}

RandomBatches::Seat RandomBatches::seat(std::uint64_t slot) const {
  const std::uint64_t batch = std::min(slot / batch_, batches_ - 1);
  return {batch, slot - batch * batch_};
}

std::uint64_t RandomBatches::first_batch(int rank) const {
  return batches_ * static_cast<std::uint64_t>(rank) / static_cast<std::uint64_t>(ranks_.size());
}

int RandomBatches::rank_of(std::uint64_t batch) const {
  return static_cast<int>((static_cast<std::uint64_t>(ranks_.size()) * (batch + 1) - 1) / batches_);
}

WordMessages RandomBatches::send(std::span<const double* const> x, std::size_t count,
                                 std::uint32_t step) {
  const Shuffle shuffle(total_, stream_, step);
  std::vector<std::uint64_t> slots(count);
  WordMessages out;
  out.counts.assign(static_cast<std::size_t>(ranks_.size()), 0);
  for (std::size_t i = 0; i < count; ++i) {
    slots[i] = shuffle(first_ + i);
    ++out.counts[static_cast<std::size_t>(rank_of(seat(slots[i]).batch))];
  }
  std::vector<std::size_t> next(out.counts.size(), 0);
  std::partial_sum(out.counts.begin(), out.counts.end() - 1, next.begin() + 1);
  const std::size_t record = 1 + dimensions_;
  out.words.resize(record * count);
  order_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    order_[i] = next[static_cast<std::size_t>(rank_of(seat(slots[i]).batch))]++;
    std::uint64_t* const words = out.words.data() + record * order_[i];
    words[0] = slots[i];
    for (std::size_t a = 0; a < dimensions_; ++a) {
      words[1 + a] = std::bit_cast<std::uint64_t>(x[a][i]);
    }
  }
  for (std::size_t& words : out.counts) words *= record;
  return out;
}

// Batches of p side by side, then what is left over.
std::vector<std::size_t> RandomBatches::find_seats(const WordMessages& messages) {
  const std::uint64_t begin = first_batch(ranks_.rank()), end = first_batch(ranks_.rank() + 1);
  const bool has_other = end > begin && size_of(end - 1) != batch_;
  full_ = end - begin - (has_other ? 1 : 0);
  seats_ = full_ * batch_ + (has_other ? size_of(end - 1) : 0);
  x_.resize(dimensions_ * seats_);
  force_.resize(dimensions_ * seats_);
  const std::size_t record = 1 + dimensions_;
  std::vector<std::size_t> at(messages.words.size() / record);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::uint64_t* const words = messages.words.data() + record * i;
    const auto [batch, place] = seat(words[0]);
    const std::size_t local = batch - begin;
    at[i] = local < full_ ? place * full_ + local : full_ * batch_ + place;
    for (std::size_t a = 0; a < dimensions_; ++a) {
      x_[a * seats_ + at[i]] = std::bit_cast<double>(words[1 + a]);
    }
  }
  return at;
}

void RandomBatches::meet(double mass) {
  const double scale = mass * static_cast<double>(total_ - 1) / static_cast<double>(total_);
  const std::size_t side_by_side = full_ * batch_, left_over = seats_ - side_by_side;
  std::vector<const double*> x(dimensions_);
  std::vector<double*> force(dimensions_);
  for (const auto& [at, size, batches] :
       {std::array{std::size_t{0}, std::size_t{batch_}, full_},
        std::array{side_by_side, left_over, std::size_t{left_over > 0 ? 1U : 0U}}}) {
    if (batches == 0) continue;
    for (std::size_t a = 0; a < dimensions_; ++a) {
      x[a] = x_.data() + a * seats_ + at;
      force[a] = force_.data() + a * seats_ + at;
    }
    forces_->find(size, batches, x, force);
    for (double* const component : force) {
      for (std::size_t i = 0; i < size * batches; ++i) {
        component[i] *= scale / static_cast<double>(size - 1);
      }
    }
  }
}

void RandomBatches::compute(std::span<const double* const> x, std::size_t count, std::uint32_t step,
                            double mass, std::span<double* const> force) {
  const WordMessages positions = exchange_with_all(ranks_, send(x, count, step));
  const std::vector<std::size_t> at = find_seats(positions);
  meet(mass);
  WordMessages answers;
  for (const std::size_t words : positions.counts) {
    answers.counts.push_back(words / (1 + dimensions_) * dimensions_);
  }
  for (const std::size_t seat : at) {
    for (std::size_t a = 0; a < dimensions_; ++a) {
      answers.words.push_back(std::bit_cast<std::uint64_t>(force_[a * seats_ + seat]));
    }
  }
  const WordMessages own = exchange_with_all(ranks_, answers);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t a = 0; a < dimensions_; ++a) {
      force[a][i] = std::bit_cast<double>(own.words[order_[i] * dimensions_ + a]);
    }
  }
}

std::size_t RandomBatches::memory_bytes() const {
  return sizeof(double) * (order_.capacity() + x_.capacity() + force_.capacity());
}

}  // namespace parapet
