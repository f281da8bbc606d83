#include "learn/data/data_settings.hpp"

#include "base/settings.hpp"

namespace parapet {

void DataSettings::declare(Section& section) {
  section
      .add("trajectory", trajectory,
           "trajectory file to learn from, relative to the working directory")
      .required();
  section.add("fields", fields, "names of the fields to learn; empty: all of them");
  section
      .add("task", task,
           "operator: one frame to another, a sample a member; step: every frame to the next")
      .one_of({"operator", "step"});
  section.add("input_frame", input_frame,
              "operator: frame given to the model; negative counts from the last");
  section.add("target_frame", target_frame,
              "operator: frame to predict; negative counts from the last");
  section.add("stride", stride, "use every stride-th grid point along each axis").at_least(1);
  section.add("train", train, "members to train on: the first usable ones").at_least(0);
  section.add("validation", validation, "members to validate on: those after the training members")
      .at_least(0);
  section.add("test", test, "members kept for the test: the last usable ones").at_least(0);
  section
      .add("train_members", train_members,
           "instead of train: [first, end) in the order of the file")
      .entries(0, 2)
      .at_least(0);
  section.add("validation_members", validation_members, "instead of validation: [first, end)")
      .entries(0, 2)
      .at_least(0);
  section.add("test_members", test_members, "instead of test: [first, end)")
      .entries(0, 2)
      .at_least(0);
  section
      .add("normalisation", normalisation,
           "standard: subtract each field's mean over the training set, divide by its deviation")
      .one_of({"standard", "none"});
}

}  // namespace parapet
