#include "grid/pencil_lines.hpp"

#include <algorithm>
#include <utility>

namespace parapet {

ModeRows::ModeRows(const PencilAxes& axes, LinePlan forward, LinePlan backward)
    : kept_(axes.first),
      is_paired_(axes.separation == PencilAxes::Separation::first),
      is_real_(is_paired_ && !axes.first_axis.is_periodic),
      scale_(1.0 / static_cast<double>(axes.point_count())),
      transform_(axes.first_axis, std::move(forward), std::move(backward)),
      line_(static_cast<std::size_t>(axes.first.points) + 1) {
  if (is_paired_) second_ = AlignedArray<Complex>(line_.size());
}

void ModeRows::unpack(const Complex* modes, Complex* line) const {
  kept_.unpack(modes, 0, kept_.count(), line);
  kept_.clear_gap(line);
}

void ModeRows::join_real(const Complex* modes, bool has_second) {
  const Complex* const second = modes + kept_.count();
  for (std::int64_t k = 0; k < kept_.count(); ++k) {
    line_.data()[k] = {modes[k].real(), has_second ? second[k].real() : 0.0};
  }
  kept_.clear_gap(line_.data());
}

void ModeRows::separate_real(bool has_second, Complex* modes) const {
  const Complex* const line = line_.data();
  for (std::int64_t k = 0; k < kept_.count(); ++k) modes[k] = {scale_ * line[k].real(), 0.0};
  if (!has_second) return;
  Complex* const second = modes + kept_.count();
  for (std::int64_t k = 0; k < kept_.count(); ++k) second[k] = {scale_ * line[k].imag(), 0.0};
}

void ModeRows::to_points(const Complex* modes, bool has_second,
                         std::optional<std::int64_t> unpaired, Complex* line) {
  if (is_real_) {
    join_real(modes, has_second);
    return transform_.to_points(line_.data(), line);
  }
  unpack(modes, line_.data());
  if (unpaired) line_.data()[kept_.position(*unpaired)] *= 2.0;
  if (!is_paired_) return transform_.to_points(line_.data(), line);
  if (has_second) {
    unpack(modes + kept_.count(), second_.data());
  } else {
    std::fill_n(second_.data(), kept_.length, Complex(0.0, 0.0));
  }
  transform_.pair_to_points(line_.data(), second_.data(), line);
}

void ModeRows::to_modes(const Complex* line, bool has_second, Complex* modes) {
  if (is_paired_ && !is_real_) {
    transform_.pair_to_modes(line, line_.data(), second_.data());
  } else {
    transform_.to_modes(line, line_.data());
  }
  if (is_real_) return separate_real(has_second, modes);
  kept_.pack_scaled(line_.data(), scale_, modes);
  if (has_second) kept_.pack_scaled(second_.data(), scale_, modes + kept_.count());
}

MiddleLines::MiddleLines(const PencilAxes& axes, LinePlan forward, LinePlan backward)
    : kept_(axes.middle),
      is_paired_(axes.separation == PencilAxes::Separation::middle),
      transform_(axes.middle_axis, std::move(forward), std::move(backward)),
      line_(static_cast<std::size_t>(axes.middle.points) + 1) {
  if (is_paired_) second_ = AlignedArray<Complex>(line_.size());
}

void MiddleLines::to_points(const Transposition& outer, std::size_t column, std::size_t layer,
                            bool has_second, Complex* line) {
  outer.get_column(column, layer, line_.data());
  if (!is_paired_) return transform_.to_points(line_.data(), line);
  if (has_second) {
    outer.get_column(column, layer + 1, second_.data());
  } else {
    std::fill_n(second_.data(), kept_.length, Complex(0.0, 0.0));
  }
  transform_.pair_to_points(line_.data(), second_.data(), line);
}

void MiddleLines::to_modes(const Complex* line, Transposition& outer, std::size_t column,
                           std::size_t layer, bool has_second) {
  if (is_paired_) {
    transform_.pair_to_modes(line, line_.data(), second_.data());
  } else {
    transform_.to_modes(line, line_.data());
  }
  outer.put_column(line_.data(), column, layer);
  if (has_second) outer.put_column(second_.data(), column, layer + 1);
}

LastLines::LastLines(const PencilAxes& axes, LinePlan from_real, LinePlan to_real)
    : kept_(axes.last),
      is_paired_(axes.is_paired()),
      transform_(axes.last_axis, std::move(from_real), std::move(to_real)),
      line_(static_cast<std::size_t>(axes.last.points) + 1) {
  if (axes.factors) twiddles_.emplace(*axes.factors);
}

void LastLines::to_points(const Transposition& source, std::size_t column, std::size_t layer,
                          double* line) {
  source.get_column(column, layer, line_.data());
  if (is_paired_ && kept_.count() % 2 == 1) {
    reinterpret_cast<double*>(line_.data())[kept_.count()] = 0.0;  // shares the last one's entry
  }
  if (twiddles_) {
    twiddles_->apply(source.column_begin() + static_cast<std::int64_t>(column),
                     {line_.data(), static_cast<std::size_t>(kept_.length)});
  }
  transform_.to_points(line_.data(), line);
}

void LastLines::to_modes(const double* line, Transposition& target, std::size_t column,
                         std::size_t layer) {
  transform_.to_modes(line, line_.data());
  if (twiddles_) {
    twiddles_->apply_conjugate(target.column_begin() + static_cast<std::int64_t>(column),
                               {line_.data(), static_cast<std::size_t>(kept_.length)});
  }
  target.put_column(line_.data(), column, layer);
}

std::size_t LastLines::bytes() const {
  return line_.bytes() + transform_.bytes() + (twiddles_ ? twiddles_->bytes() : 0);
}

}  // namespace parapet
