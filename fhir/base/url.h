#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fhir {

/// An absolute http or https URL in its parts (RFC 3986). `parse` gives only one that may be
/// requested: no user name, no fragment, no control characters.
struct Url {
    std::string scheme;      ///< "http" or "https"
    std::string host;        ///< lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;  ///< never 0 after `parse`: the scheme's default if none was given
    std::string path;        ///< begins with "/", still percent-encoded
    std::string query;       ///< without "?", still percent-encoded

    /// Throws Error{InvalidInput} that says what is wrong with the text and does not repeat it.
    static Url parse(std::string_view text);

    /// Resolves `reference` (absolute, "/path", "?query" or "path") against this URL (RFC 3986,
    /// section 5.2). Throws Error{InvalidInput} if the result may not be requested.
    Url resolve(std::string_view reference) const;

    /// "https://host", with the port if it is not the scheme's default.
    std::string origin() const;
    std::string target() const;  ///< path and query, as they go into the request line
    std::string text() const { return origin() + target(); }
    /// The same address in the one form that compares equal (RFC 3986, 6.2.2; `parse` has done
    /// 6.2.3): escapes of unreserved characters decoded, those of others in upper case, no "/" at
    /// the end of the path.
    Url normalised() const;
    /// Whether the host is "localhost", ::1 or an address in 127.0.0.0/8 written as four numbers;
    /// not a name that only looks like one ("127.evil.example").
    bool isLoopback() const noexcept;
};

bool sameOrigin(const Url& left, const Url& right) noexcept;

/// Whether `url` lies at or below `base`, compared normalised, by origin and whole path segments: a
/// prefix test on text would give our token to "https://ehr.example.evil.example".
bool isWithin(const Url& url, const Url& base);

/// An address that somebody sent, as it may stand in a log: in the form in which addresses are
/// compared, without query and without what may be a patient's id; else what is wrong with it.
std::string addressForLog(std::string_view text);

/// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
std::string percentEncode(std::string_view text);

/// Throws Error{InvalidInput} on a broken escape. `plusIsSpace`: "+" means a space, as in form
/// data.
std::string percentDecode(std::string_view text, bool plusIsSpace = false);

/// Query parameters in their order; a name may come more than once.
class Query {
public:
    Query() = default;
    Query(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
    /// Reads "a=b&c=d". Throws Error{InvalidInput} on a broken escape.
    static Query parse(std::string_view text);

    Query& add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    std::optional<std::string> find(std::string_view name) const;
    bool empty() const noexcept { return fields_.empty(); }
    auto begin() const noexcept { return fields_.begin(); }
    auto end() const noexcept { return fields_.end(); }
    std::string text() const;  ///< percent-encoded, without "?"

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace fhir
