#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

namespace test {

/// A program that runs beside this one and is ended when this one ends, in whatever way. Started by
/// one thread, which outlives it.
class Program {
public:
    /// What it prints is added to the file `log`. `last`: the signal by which it is ended with this
    /// object; SIGTERM for one that must end workers of its own. Throws if it cannot be started.
    Program(const std::vector<std::string>& words, const std::string& log, int last = SIGKILL);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    pid_t id() const noexcept { return id_; }
    bool isRunning();
    /// Sends the signal and waits for the end. Returns the number of the signal that ended it,
    /// negative, or its exit code; also if it has ended before.
    int end(int signal);

private:
    void take(int status);

    int last_;
    pid_t id_ = 0;
    bool isDone_ = false;
    int code_ = 0;
};

/// The words that start a program without the rights of root, if we have them: a proxy, say, needs
/// none.
std::vector<std::string> asNobody(std::vector<std::string> words);

/// Free ports of loopback, all different; somebody else may take one before it is used.
std::vector<std::uint16_t> freePorts(std::size_t count);

}  // namespace test
