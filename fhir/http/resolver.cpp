#include "fhir/http/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "fhir/base/error.h"

namespace fhir::http {
namespace {

constexpr std::size_t kLookupsMax = 32;

bool isNumeric(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

std::vector<std::string> askSystem(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    std::vector<std::string> addresses;
    for (const int family : {AF_INET, AF_INET6})
        for (const auto* one = found; one != nullptr; one = one->ai_next) {
            std::array<char, NI_MAXHOST> text{};
            if (one->ai_family == family &&
                ::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                              NI_NUMERICHOST) == 0)
                addresses.emplace_back(text.data());
        }
    return addresses;
}

}  // namespace

/// Shared by the thread that looks up and the one that waits, which may leave first.
struct Resolver::Task {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::vector<std::string> addresses;
};

Resolver::Resolver() : Resolver(askSystem) {}

Resolver::~Resolver() {
    for (auto& [task, thread] : tasks_) thread.join();
}

/// Joins the threads that are done; `mutex_` is held.
void Resolver::reap() {
    std::erase_if(tasks_, [](auto& entry) {
        {
            const std::lock_guard lock(entry.first->mutex);
            if (!entry.first->done) return false;
        }
        entry.second.join();
        return true;
    });
}

std::vector<std::string> Resolver::resolve(const std::string& host, Deadline deadline) {
    if (isNumeric(host)) return {host};
    const auto task = std::make_shared<Task>();
    {
        const std::lock_guard lock(mutex_);
        reap();
        if (tasks_.size() >= kLookupsMax)
            throw Error(ErrorKind::Unavailable,
                        "too many host names are being looked up; is the name server down?");
        tasks_.emplace_back(task, std::thread([this, task, host] {
                                auto addresses = lookup_(host);
                                const std::lock_guard taskLock(task->mutex);
                                task->addresses = std::move(addresses);
                                task->done = true;
                                task->changed.notify_one();
                            }));
    }
    std::unique_lock lock(task->mutex);
    if (!task->changed.wait_until(lock, deadline, [&] { return task->done; }))
        throw Error(ErrorKind::Unavailable, "the host name " + host +
                                                " was not looked up within the time allowed; is "
                                                "the name server down?");
    if (task->addresses.empty())
        throw Error(ErrorKind::Unavailable,
                    "the host name " + host + " is not known; check the address");
    return task->addresses;
}

}  // namespace fhir::http
