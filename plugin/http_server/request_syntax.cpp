#include "plugin/http_server/request_syntax.h"

#include <algorithm>

namespace plugin::http_server {
namespace {

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

}  // namespace

bool isTarget(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' && std::string_view("\"#<>\\`").find(c) == std::string::npos;
    });
}

bool isHost(std::string_view text) noexcept {
    auto port = text.rfind(':');
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return false;
        const auto address = text.substr(1, end - 1);
        if (address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return false;
        port = end + 1 < text.size() ? end + 1 : std::string_view::npos;
        if (port != std::string_view::npos && text[port] != ':') return false;
        if (address.empty()) return false;
    } else {
        const auto name = text.substr(0, port);
        const auto isOfName = [](char c) {
            return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                   c == '.' || c == '_';
        };
        if (name.empty() || !std::all_of(name.begin(), name.end(), isOfName)) return false;
    }
    if (port == std::string_view::npos) return true;
    const auto digits = text.substr(port + 1);
    return digits.size() <= 5 && std::all_of(digits.begin(), digits.end(), isDigit);
}

bool isNumber(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

bool isOtherVersion(std::string_view sent) noexcept {
    const auto line = sent.substr(0, sent.find('\r'));
    const auto at = line.rfind(" HTTP/");
    if (at == std::string_view::npos) return false;
    const auto version = line.substr(at + 6);
    return version.size() == 3 && isDigit(version[0]) && version[1] == '.' && isDigit(version[2]) &&
           version != "1.0" && version != "1.1";
}

std::string asciiLowerCase(std::string_view text) {
    std::string result(text);
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

}  // namespace plugin::http_server
