// Runs a program in a mount namespace of its own: what it mounts is seen by it and its children
// alone, and goes with the last of them.
//
//   private_mounts PROGRAM ARGUMENTS...
//
// The program finds "yes" in PARAPET_PRIVATE_MOUNTS, or the reason why this machine refuses.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace {

// Whoever is not root becomes root of a user namespace, where tmpfs may be mounted.
bool leave_the_host() {
  if (unshare(CLONE_NEWNS) == 0) return true;
  const auto user = getuid();
  const auto group = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  return getuid() == 0;
}

std::string become_private() {
  const bool is_private =
      leave_the_host() && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return is_private ? "yes" : std::strerror(errno);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 127;
  setenv("PARAPET_PRIVATE_MOUNTS", become_private().c_str(), 1);
  execvp(argv[1], argv + 1);
  std::perror(argv[1]);
  return 127;
}
