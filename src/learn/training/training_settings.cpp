#include "learn/training/training_settings.hpp"

#include <cmath>

#include "base/settings.hpp"

namespace parapet {

void TrainingSettings::declare(Section& section) {
  section.add("folder", folder,
              "where the model and its records go; empty: `surrogate` beside the trajectory");
  section.add("epochs", epochs, "passes over the training set").at_least(1).at_most(10'000'000);
  section.add("batch_size", batch_size, "samples in one step, over all ranks")
      .at_least(1)
      .at_most(1 << 30);
  section.add("learning_rate", learning_rate, "largest learning rate").above(0.0).at_most(10.0);
  section
      .add("weight_decay", weight_decay,
           "decoupled weight decay: each step takes off learning rate times this part")
      .at_least(0.0)
      .at_most(10.0)
      .source("Loshchilov & Hutter 2019");
  section.add("warmup_epochs", warmup_epochs, "epochs over which the learning rate rises from zero")
      .at_least(0.0);
  section.add("schedule", schedule, "what the learning rate does after the warm-up")
      .one_of({"cosine", "constant"});
  section
      .add("final_fraction", final_fraction,
           "cosine: the last learning rate, as a part of the largest")
      .at_least(0.0)
      .at_most(1.0);
  section.add("clip", clip, "largest norm of the whole gradient; 0: no limit").at_least(0.0);
  section.add("beta1", beta1, "decay of the gradient's running mean").at_least(0.0).below(1.0);
  section.add("beta2", beta2, "decay of the squared gradient's running mean")
      .at_least(0.0)
      .below(1.0);
  section.add("seed", seed, "key of the initial weights and of the order of the samples")
      .at_least(0);
  section.add("precision", precision, "of parameters and arithmetic")
      .one_of({"float32", "float64"});
  section
      .add("reduction", reduction,
           "when gradients are summed over ranks; fastest: both are timed in the first steps")
      .one_of({"fastest", "after", "during"});
  section.add("validate_every", validate_every, "epochs between validations").at_least(1);
  section.add("checkpoint_every", checkpoint_every, "steps between checkpoints; 0: by time alone")
      .at_least(0);
  section
      .add("checkpoint_minutes", checkpoint_minutes, "time between checkpoints; 0: never by time")
      .unit("min")
      .at_least(0.0);
  section
      .add("keep", keep,
           "the parameters that become the model: those with the best validation, or the last")
      .one_of({"best", "last"});
  section.add("log_every", log_every, "steps between rows of training.csv; 0: one row an epoch")
      .at_least(0);
}

Schedule TrainingSettings::make_schedule(std::int64_t steps_per_epoch) const {
  Schedule made;
  made.peak = learning_rate;
  made.final_fraction = final_fraction;
  made.warmup_steps = std::llround(warmup_epochs * static_cast<double>(steps_per_epoch));
  made.total_steps = epochs * steps_per_epoch;
  made.is_constant = schedule == "constant";
  return made;
}

}  // namespace parapet
