#include "plugin/cli/operator.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace plugin::cli {
namespace {

/// Under which a long name is not read whole, which no system has.
constexpr std::size_t kNameBytes = 256;

std::string accountName() {
    std::array<char, 16 * 1024> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    const bool isKnown =
        ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
        found != nullptr;
    return isKnown ? std::string(found->pw_name) : "uid " + std::to_string(::geteuid());
}

/// Who logged in at this terminal, whoever they have become since; "" where there is none.
std::string loginName() {
    std::array<char, kNameBytes> buffer{};
    return ::getlogin_r(buffer.data(), buffer.size()) == 0 ? std::string(buffer.data())
                                                           : std::string();
}

std::string hostName() {
    std::array<char, kNameBytes> buffer{};
    const bool isKnown = ::gethostname(buffer.data(), buffer.size() - 1) == 0;
    return isKnown ? std::string(buffer.data()) : std::string();
}

}  // namespace

audit::Author operatorOf(const Settings& settings, const std::string& verb) {
    const auto account = accountName();
    const auto login = loginName();
    const bool isAnother = !login.empty() && login != account;
    return {.place = std::make_shared<const audit::Place>(audit::Place::of(settings)),
            .actor = {.reference = {},
                      .identifier = isAnother ? login + " as " + account : account,
                      .name = {},
                      .client = "whatmatters",
                      .way = "whatmatters " + verb,
                      .address = hostName()},
            .requestId = {}};
}

}  // namespace plugin::cli
