#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace parapet::testing {

/// What a program that has ended left behind.
struct Outcome {
  int status = -1;     ///< exit status; 128 + signal when it was killed
  std::string output;  ///< standard output and error together
  double seconds = 0.0;
  bool has_timed_out = false;
};

/// A program running in its own process group.
class Program {
 public:
  struct Options {
    std::map<std::string, std::string> environment;
    std::filesystem::path folder = ".";  ///< where it is started
    double timeout = 30.0 * SLOWNESS;    ///< seconds, then it is killed
  };

  Program(const std::vector<std::string>& words, const Options& options);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  /// Waits until the output holds `text`; false when the program ends or time runs out before.
  bool wait_for(const std::string& text);
  void send(int signal) const;
  /// The processes started by this one and still there, by their MPI rank.
  std::map<int, pid_t> ranks() const;
  Outcome wait();

 private:
  bool read_some(int milliseconds);
  double seconds() const;

  pid_t pid_ = -1;
  int pipe_ = -1;
  double started_ = 0.0;
  double timeout_ = 0.0;
  std::string output_;
  bool has_ended_ = false;
};

/// Words that run `parapet` with `arguments` on so many ranks, each started through `wrapper`, if
/// there is one.
std::vector<std::string> on_ranks(int ranks, const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& wrapper = {});

/// Words that run a script of this folder with Debian's Python, the one h5py belongs to.
std::vector<std::string> python(const std::string& script,
                                const std::vector<std::string>& arguments);

/// Runs `parapet` to its end.
Outcome parapet(int ranks, const std::vector<std::string>& arguments,
                const Program::Options& options);

/// A folder of its own for one test, removed at its end.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);
/// How often `part` stands in `text`.
int occurrences(const std::string& text, const std::string& part);

}  // namespace parapet::testing
