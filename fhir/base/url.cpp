#include "fhir/base/url.h"

#include <algorithm>
#include <charconv>

#include "fhir/base/error.h"
#include "fhir/base/headers.h"

namespace fhir {
namespace {

constexpr std::size_t kUrlBytesMax = 16 * 1024;

bool isUnreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

int hexValue(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::uint16_t ownPort(std::string_view scheme) noexcept {
    return scheme == "https" ? 443 : 80;
}

[[noreturn]] void refuse(const char* why) {
    throw Error(ErrorKind::InvalidInput, std::string("not a usable address: ") + why);
}

std::uint16_t parsePort(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (fault != std::errc() || end != text.data() + text.size() || port == 0)
        refuse("the port is not a number from 1 to 65535");
    return port;
}

/// Only what a name in the DNS or an address is made of: anything else is a mistake, or made to be
/// read in two ways.
void checkHost(std::string_view host, bool bracketed) {
    if (bracketed && host.find(':') == std::string_view::npos)
        refuse("what stands in brackets is no IPv6 address");
    const auto isAllowed = [&](char c) {
        if (bracketed) return hexValue(c) >= 0 || c == ':' || c == '.';
        return isUnreserved(c) && c != '~';
    };
    if (!std::all_of(host.begin(), host.end(), isAllowed))
        refuse(bracketed ? "the IPv6 address holds something else than digits, ':' and '.'"
                         : "the host holds something else than letters, digits, '-', '_' and '.' "
                           "(a name in another script is written as xn--…)");
}

/// Four numbers from 0 to 255, the first of them 127.
bool isLoopbackV4(std::string_view host) noexcept {
    if (!host.starts_with("127.")) return false;
    int parts = 0;
    for (;; ++parts) {
        const auto end = std::min(host.find('.'), host.size());
        const auto part = host.substr(0, end);
        unsigned char number = 0;
        const auto [stop, fault] = std::from_chars(part.data(), part.data() + end, number);
        if (part.empty() || part.size() > 3 || fault != std::errc() || stop != part.data() + end)
            return false;
        if (end == host.size()) return parts == 3;
        host.remove_prefix(end + 1);
    }
}

void parseAuthority(Url& url, std::string_view authority) {
    if (authority.find('@') != std::string_view::npos) refuse("it holds a user name");
    std::string_view host = authority;
    std::string_view port;
    const bool bracketed = authority.starts_with('[');
    if (bracketed) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) refuse("the IPv6 address has no closing bracket");
        host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
        if (!port.empty() && port.front() != ':') refuse("something follows the IPv6 address");
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon);
    }
    if (host.empty()) refuse("it has no host");
    checkHost(host, bracketed);
    url.host = host;
    std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    url.port = port.empty() ? ownPort(url.scheme) : parsePort(port.substr(1));
}

/// Whether a segment means `dots`, also where its dots are percent-encoded: many servers decode
/// before they walk, and "/fhir/%2e%2e/admin" does not lie below "/fhir".
bool isDots(std::string_view segment, std::size_t dots) noexcept {
    while (!segment.empty()) {
        const bool encoded = segment.size() >= 3 && equalsIgnoringCase(segment.substr(0, 3), "%2e");
        if (!encoded && segment.front() != '.') return false;
        if (dots-- == 0) return false;
        segment.remove_prefix(encoded ? 3 : 1);
    }
    return dots == 0;
}

constexpr char kHex[] = "0123456789ABCDEF";

/// Decodes what need not be escaped, and writes other escapes in upper case (RFC 3986, sections
/// 6.2.2.1 and 6.2.2.2). A broken escape stays as it is.
std::string withPlainEscapes(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hexValue(text[i + 2]);
        if (low < 0) {
            result += text[i];
            continue;
        }
        const char c = static_cast<char>(high * 16 + low);
        if (isUnreserved(c))
            result += c;
        else
            (result += '%').append({kHex[high], kHex[low]});
        i += 2;
    }
    return result;
}

/// Removes "." and ".." segments (RFC 3986, section 5.2.4).
std::string withoutDots(std::string_view path) {
    std::vector<std::string_view> kept;
    bool directory = false;
    for (std::size_t from = 1; from <= path.size();) {
        const auto slash = std::min(path.find('/', from), path.size());
        const auto segment = path.substr(from, slash - from);
        const bool up = isDots(segment, 2);
        directory = up || isDots(segment, 1);
        if (up && !kept.empty()) kept.pop_back();
        if (!directory) kept.push_back(segment);
        from = slash + 1;
    }
    std::string result;
    for (const auto segment : kept) {
        result += '/';
        result += segment;
    }
    if (directory || result.empty()) result += '/';
    return result;
}

}  // namespace

Url Url::parse(std::string_view text) {
    if (text.size() > kUrlBytesMax) refuse("it is longer than 16 KiB");
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\')
            refuse("it holds a space, a backslash or a control character");
    Url url;
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) refuse("it does not begin with https://");
    const auto scheme = text.substr(0, colon);
    if (equalsIgnoringCase(scheme, "https"))
        url.scheme = "https";
    else if (equalsIgnoringCase(scheme, "http"))
        url.scheme = "http";
    else
        refuse("the scheme is neither https nor http");
    auto rest = text.substr(colon + 3);
    rest = rest.substr(0, rest.find('#'));
    const auto pathStart = std::min(rest.find_first_of("/?"), rest.size());
    parseAuthority(url, rest.substr(0, pathStart));
    rest = rest.substr(pathStart);
    const auto mark = rest.find('?');
    url.path = rest.substr(0, mark);
    if (mark != std::string_view::npos) url.query = rest.substr(mark + 1);
    url.path = withoutDots(url.path);
    return url;
}

Url Url::resolve(std::string_view reference) const {
    // A colon before any "/", "?" or "#" ends a scheme (RFC 3986, section 4.2): "g:h" is no path.
    if (reference.substr(0, reference.find_first_of("/?#")).find(':') != std::string_view::npos)
        return parse(reference);
    if (reference.starts_with("//")) return parse(scheme + ":" + std::string(reference));
    Url url = *this;
    reference = reference.substr(0, reference.find('#'));
    if (reference.empty()) return url;
    const auto mark = reference.find('?');
    const auto referencePath = reference.substr(0, mark);
    url.query = mark == std::string_view::npos ? "" : std::string(reference.substr(mark + 1));
    if (referencePath.starts_with('/'))
        url.path = referencePath;
    else if (!referencePath.empty())
        url.path = path.substr(0, path.rfind('/') + 1) + std::string(referencePath);
    return parse(url.text());
}

std::string Url::origin() const {
    const bool bracket = host.find(':') != std::string::npos;
    std::string result = scheme + "://" + (bracket ? "[" + host + "]" : host);
    if (port != ownPort(scheme)) result += ":" + std::to_string(port);
    return result;
}

std::string Url::target() const {
    return query.empty() ? path : path + "?" + query;
}

Url Url::normalised() const {
    Url url = *this;
    url.path = withoutDots(withPlainEscapes(path));
    while (url.path.ends_with('/')) url.path.pop_back();
    url.query = withPlainEscapes(query);
    return url;
}

bool Url::isLoopback() const noexcept {
    return host == "localhost" || host == "::1" || isLoopbackV4(host);
}

bool sameOrigin(const Url& left, const Url& right) noexcept {
    return left.scheme == right.scheme && left.host == right.host && left.port == right.port;
}

bool isWithin(const Url& url, const Url& base) {
    if (!sameOrigin(url, base)) return false;
    const auto path = url.normalised().path;
    const auto above = base.normalised().path;
    return path == above || path.starts_with(above + "/");
}

std::string addressForLog(std::string_view address) {
    constexpr std::size_t kBytesMax = 200;
    try {
        auto url = Url::parse(address).normalised();
        url.query.clear();
        for (const auto* type : {"/Patient/", "/RelatedPerson/"})
            if (const auto at = url.path.find(type); at != std::string::npos) {
                url.path.resize(at);
                url.path += std::string(type) + "…";
            }
        const auto text = url.text();
        return text.size() <= kBytesMax ? text : text.substr(0, kBytesMax) + "…";
    } catch (const Error& error) {
        return std::string("no address: ") + error.what();
    }
}

std::string percentEncode(std::string_view text) {
    std::string result;
    result.reserve(text.size() + text.size() / 2);
    for (const char c : text) {
        if (isUnreserved(c)) {
            result += c;
        } else {
            result += '%';
            result += kHex[static_cast<unsigned char>(c) >> 4];
            result += kHex[static_cast<unsigned char>(c) & 0x0f];
        }
    }
    return result;
}

std::string percentDecode(std::string_view text, bool plusIsSpace) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int high = i + 1 < text.size() ? hexValue(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                throw Error(ErrorKind::InvalidInput, "a percent escape is broken");
            result += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            result += plusIsSpace && text[i] == '+' ? ' ' : text[i];
        }
    }
    return result;
}

Query Query::parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto field = text.substr(0, end);
        if (!field.empty()) {
            const auto equals = std::min(field.find('='), field.size());
            query.add(percentDecode(field.substr(0, equals), true),
                      equals < field.size() ? percentDecode(field.substr(equals + 1), true) : "");
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return query;
}

std::optional<std::string> Query::find(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return std::nullopt;
}

std::string Query::text() const {
    std::string result;
    for (const auto& [name, value] : fields_) {
        if (!result.empty()) result += '&';
        result += percentEncode(name) + "=" + percentEncode(value);
    }
    return result;
}

}  // namespace fhir
