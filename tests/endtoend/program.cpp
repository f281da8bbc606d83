#include "endtoend/program.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parapet::testing {

namespace fs = std::filesystem;

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] void become(const std::vector<std::string>& words, const Program::Options& options,
                         int output) {
  setpgid(0, 0);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  if (chdir(options.folder.c_str()) == 0) execvp(arguments[0], arguments.data());
  _exit(127);
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

pid_t parent_of(const fs::path& process) {
  const std::string stat = bytes_of(process / "stat");
  const auto end_of_name = stat.rfind(')');
  if (end_of_name == std::string::npos) return -1;
  std::istringstream rest(stat.substr(end_of_name + 1));
  char state = 0;
  pid_t parent = -1;
  rest >> state >> parent;
  return state == 'Z' ? -1 : parent;
}

int rank_of(const fs::path& process) {
  static const std::string name = "OMPI_COMM_WORLD_RANK=";
  const std::string environment = std::string(1, '\0') + bytes_of(process / "environ");
  const auto found = environment.find('\0' + name);
  return found == std::string::npos ? -1 : std::atoi(environment.c_str() + found + 1 + name.size());
}

}  // namespace

Program::Program(const std::vector<std::string>& words, const Options& options)
    : started_(now()), timeout_(options.timeout) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  pid_ = fork();
  if (pid_ == 0) become(words, options, ends[1]);
  close(ends[1]);
  pipe_ = ends[0];
}

Program::~Program() {
  if (!has_ended_) {
    for (const auto& [rank, pid] : ranks()) kill(pid, SIGKILL);
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(pipe_);
}

double Program::seconds() const {
  return now() - started_;
}

void Program::send(int signal) const {
  kill(pid_, signal);
}

std::map<int, pid_t> Program::ranks() const {
  std::map<int, pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0 || parent_of(entry.path()) != pid_) continue;
    const int rank = rank_of(entry.path());
    if (rank >= 0) found[rank] = pid;
  }
  return found;
}

bool Program::read_some(int milliseconds) {
  pollfd waiting{pipe_, POLLIN, 0};
  if (poll(&waiting, 1, milliseconds) <= 0) return true;
  std::array<char, 4096> buffer{};
  const auto count = read(pipe_, buffer.data(), buffer.size());
  if (count <= 0) return false;
  output_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

bool Program::wait_for(const std::string& text) {
  while (output_.find(text) == std::string::npos) {
    if (seconds() > timeout_ || !read_some(20)) return false;
  }
  return true;
}

Outcome Program::wait() {
  Outcome outcome;
  while (seconds() < timeout_ && read_some(50)) {
  }
  outcome.has_timed_out = seconds() >= timeout_;
  if (outcome.has_timed_out) {
    for (const auto& [rank, pid] : ranks()) kill(pid, SIGKILL);
    kill(-pid_, SIGKILL);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  has_ended_ = true;
  outcome.seconds = seconds();
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.output = output_;
  return outcome;
}

std::vector<std::string> on_ranks(int ranks, const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& wrapper) {
  std::vector<std::string> words = {MPIEXEC, "-n", std::to_string(ranks)};
  words.insert(words.end(), wrapper.begin(), wrapper.end());
  words.emplace_back(PARAPET);
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

std::vector<std::string> python(const std::string& script,
                                const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"/usr/bin/python3", SCRIPTS + ("/" + script)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

Outcome parapet(int ranks, const std::vector<std::string>& arguments,
                const Program::Options& options) {
  return Program(on_ranks(ranks, arguments), options).wait();
}

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "parapet-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string read_file(const fs::path& path) {
  return bytes_of(path);
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

int occurrences(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace parapet::testing
