#include "tests/support/program.h"

#include <Poco/Net/ServerSocket.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace test {

Program::Program(const std::vector<std::string>& words, const std::string& log, int last)
    : last_(last) {
    std::vector<std::string> all{"setpriv", "--pdeathsig", "KILL"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (auto& word : all) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    // Or it would keep the ports of this process.
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    const int fault =
        ::posix_spawnp(&id_, all.front().c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (fault != 0) throw std::runtime_error("cannot be started: " + words.front());
}

Program::~Program() {
    end(last_);
}

void Program::take(int status) {
    isDone_ = true;
    code_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

bool Program::isRunning() {
    int status = 0;
    if (!isDone_ && ::waitpid(id_, &status, WNOHANG) == id_) take(status);
    return !isDone_;
}

int Program::end(int signal) {
    if (!isRunning()) return code_;
    ::kill(id_, signal);
    int status = 0;
    ::waitpid(id_, &status, 0);
    take(status);
    return code_;
}

std::vector<std::string> asNobody(std::vector<std::string> words) {
    if (::geteuid() == 0)
        words.insert(words.begin(), {"setpriv", "--pdeathsig", "KILL", "--reuid=nobody",
                                     "--regid=nogroup", "--clear-groups"});
    return words;
}

std::vector<std::uint16_t> freePorts(std::size_t count) {
    std::vector<Poco::Net::ServerSocket> held;
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; i < count; ++i) {
        held.emplace_back(Poco::Net::SocketAddress("127.0.0.1", 0));
        ports.push_back(held.back().address().port());
    }
    return ports;
}

}  // namespace test
