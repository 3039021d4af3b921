#include "fhir/smart/scopes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "fhir/base/error.h"
#include "fhir/base/url.h"

namespace fhir::smart {
namespace {

constexpr int kScopesMax = 500;
constexpr std::string_view kLetters = "cruds";  // the bit of each is its place
constexpr std::array<std::string_view, 2> kUriPrefixes{
    "http://smarthealthit.org/fhir/scopes/", "http://openid.net/specs/openid-connect-core-1_0#"};

constexpr std::uint8_t kReads = ResourceScope::kRead | ResourceScope::kSearch;
constexpr std::uint8_t kWrites =
    ResourceScope::kCreate | ResourceScope::kUpdate | ResourceScope::kDelete;

bool isLetter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isTypeName(std::string_view text) noexcept {
    return text == "*" || (!text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
                           std::all_of(text.begin(), text.end(), isLetter));
}

/// The letters of version 2, each at most once and in their order; or a word of version 1.
std::optional<std::uint8_t> permissionsOf(std::string_view text) {
    if (text == "read") return kReads;
    if (text == "write") return kWrites;
    if (text == "*") return kReads | kWrites;
    std::uint8_t permissions = 0;
    std::size_t from = 0;
    for (const char letter : text) {
        const auto at = kLetters.find(letter, from);
        if (at == std::string_view::npos) return std::nullopt;
        permissions = static_cast<std::uint8_t>(permissions | (1U << at));
        from = at + 1;
    }
    if (permissions == 0) return std::nullopt;
    return permissions;
}

std::optional<ResourceScope> findResourceScope(std::string_view word) {
    const auto slash = word.find('/');
    const auto level = word.substr(0, slash);
    if (slash == std::string_view::npos ||
        (level != "patient" && level != "user" && level != "system"))
        return std::nullopt;
    auto rest = word.substr(slash + 1);
    const auto dot = rest.find('.');
    if (dot == std::string_view::npos || !isTypeName(rest.substr(0, dot))) return std::nullopt;
    const auto type = rest.substr(0, dot);
    rest = rest.substr(dot + 1);
    const auto mark = rest.find('?');
    const auto permissions = permissionsOf(rest.substr(0, mark));
    const auto query = mark == std::string_view::npos ? "" : rest.substr(mark + 1);
    const bool hasQuery = mark == std::string_view::npos ||
                          (query.find('=') != std::string_view::npos && query.front() != '=');
    if (!permissions || !hasQuery) return std::nullopt;
    return ResourceScope{std::string(level), std::string(type), *permissions, std::string(query)};
}

/// RFC 6749, appendix A.4.
bool isScopeToken(std::string_view word) noexcept {
    return std::all_of(word.begin(), word.end(),
                       [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    while (words.size() < kScopesMax) {
        const auto start = text.find_first_not_of(" \t\r\n");
        if (start == std::string_view::npos) break;
        text = text.substr(start);
        const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
        auto word = text.substr(0, end);
        for (const auto prefix : kUriPrefixes)
            if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
        words.push_back(word);
        text = text.substr(end);
    }
    return words;
}

std::string lettersOf(std::uint8_t permissions) {
    std::string text;
    for (std::size_t at = 0; at < kLetters.size(); ++at)
        if ((permissions >> at & 1) != 0) text += kLetters[at];
    return text;
}

bool isV2Only(std::string_view scope) {
    const auto mark = std::min(scope.find('?'), scope.size());
    const auto dot = scope.substr(0, mark).rfind('.');
    if (dot == std::string_view::npos || !findResourceScope(scope)) return false;
    const auto word = scope.substr(dot + 1, mark - dot - 1);
    return word != "read" && word != "write" && word != "*";
}

}  // namespace

Scopes Scopes::parse(std::string_view text) {
    Scopes scopes;
    for (const auto word : wordsOf(text)) {
        if (auto resource = findResourceScope(word))
            scopes.resources.push_back(*std::move(resource));
        else
            scopes.others.emplace_back(word);
    }
    return scopes;
}

Scopes Scopes::parseSetting(std::string_view text) {
    auto scopes = parse(text);
    for (const auto word : wordsOf(text))
        if (!isScopeToken(word))
            throw Error(ErrorKind::InvalidInput,
                        "a scope holds a character that OAuth does not permit");
    for (const auto& word : scopes.others)
        for (const auto* level : {"patient/", "user/", "system/"})
            if (word.starts_with(level))
                throw Error(ErrorKind::InvalidInput,
                            "\"" + word +
                                "\" is no scope; it is written system/Observation.rs (letters of "
                                "cruds in this order) or system/Observation.read");
    return scopes;
}

std::string Scopes::text(ScopeSyntax syntax) const {
    std::vector<std::string> words = others;
    const auto add = [&](std::string word) {
        if (std::find(words.begin(), words.end(), word) == words.end())
            words.push_back(std::move(word));
    };
    for (const auto& scope : resources) {
        const auto start = scope.level + "/" + scope.type + ".";
        if (syntax == ScopeSyntax::V2) {
            add(start + lettersOf(scope.permissions) +
                (scope.query.empty() ? "" : "?" + scope.query));
            continue;
        }
        if ((scope.permissions & kReads) != 0) add(start + "read");
        if ((scope.permissions & kWrites) != 0) add(start + "write");
    }
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

namespace {

/// One parameter of a search and the values that it lists; nullopt for any other query.
struct OneParameter {
    std::string name;
    std::vector<std::string> values;
};

std::optional<OneParameter> oneParameter(std::string_view text) {
    try {
        const auto query = Query::parse(text);
        if (query.empty() || std::next(query.begin()) != query.end()) return std::nullopt;
        OneParameter one{query.begin()->first, {}};
        std::string_view rest = query.begin()->second;
        for (;;) {
            const auto comma = std::min(rest.find(','), rest.size());
            one.values.emplace_back(rest.substr(0, comma));
            if (comma == rest.size()) return one;
            rest.remove_prefix(comma + 1);
        }
    } catch (const Error&) {
        return std::nullopt;  // nothing that a server could have meant
    }
}

/// Whether a search for `granted` finds everything that one for `value` does (R4, search, token).
bool finds(std::string_view granted, std::string_view value) {
    const auto bar = value.find('|');
    return granted == value || (granted.find('|') == std::string_view::npos &&
                                bar != std::string_view::npos && granted == value.substr(bar + 1));
}

/// Whether `grant` opens what of the type this value of this parameter is the whole of.
bool opens(const ResourceScope& grant, std::string_view parameter, std::string_view value) {
    const auto query = oneParameter(grant.query);
    return query && query->name == parameter &&
           std::any_of(query->values.begin(), query->values.end(),
                       [&](const auto& one) { return finds(one, value); });
}

/// The letters of `need` that no grant covers. `covers`: which of the grants with a query do.
template <class Covers>
std::uint8_t lettersMissing(const ResourceScope& need, const Scopes& granted, Covers covers) {
    auto left = need.permissions;
    for (const auto& grant : granted.resources)
        if (grant.level == need.level && (grant.type == need.type || grant.type == "*") &&
            (grant.query.empty() || grant.query == need.query || covers(grant)))
            left = static_cast<std::uint8_t>(left & ~grant.permissions);
    return left;
}

std::uint8_t lettersMissing(const ResourceScope& need, const Scopes& granted) {
    const auto enough = need.query.empty() ? oneParameter(need.enough) : std::nullopt;
    if (!enough) return lettersMissing(need, granted, [](const ResourceScope&) { return false; });
    std::uint8_t left = 0;
    for (const auto& value : enough->values)
        left = static_cast<std::uint8_t>(
            left | lettersMissing(need, granted, [&](const ResourceScope& grant) {
                return opens(grant, enough->name, value);
            }));
    return left;
}

}  // namespace

Scopes missingScopes(const Scopes& needed, const Scopes& granted) {
    Scopes missing;
    for (const auto& need : needed.resources) {
        const auto left = lettersMissing(need, granted);
        if (left != 0)
            missing.resources.push_back({need.level, need.type, left, need.query, need.enough});
    }
    for (const auto& need : needed.others)
        if (std::find(granted.others.begin(), granted.others.end(), need) == granted.others.end())
            missing.others.push_back(need);
    return missing;
}

ScopeSyntax chooseSyntax(std::span<const std::string> capabilities,
                         std::span<const std::string> scopesSupported) {
    const auto lists = [&](std::string_view name) {
        return std::find(capabilities.begin(), capabilities.end(), name) != capabilities.end();
    };
    if (lists("permission-v2")) return ScopeSyntax::V2;
    if (lists("permission-v1")) return ScopeSyntax::V1;
    return std::any_of(scopesSupported.begin(), scopesSupported.end(),
                       [](const auto& scope) { return isV2Only(scope); })
               ? ScopeSyntax::V2
               : ScopeSyntax::V1;
}

}  // namespace fhir::smart
