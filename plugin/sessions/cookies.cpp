#include "plugin/sessions/cookies.h"

#include <algorithm>

namespace plugin::sessions {
namespace {

/// Calls `take(name, value)` for each (RFC 6265, section 4.2.1).
template <class Take>
void forEachCookie(const http_server::Request& request, const Take& take) {
    for (const auto& [field, header] : request.headers) {
        if (!fhir::equalsIgnoringCase(field, "Cookie")) continue;
        std::string_view rest = header;
        while (!rest.empty()) {
            auto pair = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos)
                take(pair.substr(0, equals), pair.substr(equals + 1));
        }
    }
}

}  // namespace

std::string Cookies::nameOf(std::string_view cookie) const {
    return (secure_ ? "__Host-" : "") + std::string(cookie);
}

std::string Cookies::attributes() const {
    return std::string("; Path=/; HttpOnly; ") +
           (secure_ ? "Secure; SameSite=None; Partitioned" : "SameSite=Lax");
}

std::string Cookies::find(const http_server::Request& request, std::string_view cookie) const {
    const auto name = nameOf(cookie);
    std::string value;
    int found = 0;
    forEachCookie(request, [&](std::string_view each, std::string_view its) {
        if (each != name) return;
        value = its;
        ++found;
    });
    return found == 1 ? value : std::string();
}

std::vector<std::string> Cookies::namesWith(const http_server::Request& request,
                                            std::string_view prefix) const {
    const auto before = nameOf("");
    std::vector<std::string> names;
    forEachCookie(request, [&](std::string_view each, std::string_view /*value*/) {
        if (each.starts_with(before) && each.substr(before.size()).starts_with(prefix))
            names.emplace_back(each.substr(before.size()));
    });
    return names;
}

std::string Cookies::set(std::string_view cookie, const std::string& value, int seconds) const {
    return nameOf(cookie) + "=" + value +
           (seconds > 0 ? "; Max-Age=" + std::to_string(seconds) : "") + attributes();
}

std::string Cookies::clear(std::string_view cookie) const {
    return nameOf(cookie) + "=; Max-Age=0" + attributes();
}

}  // namespace plugin::sessions
