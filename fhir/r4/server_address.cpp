#include "fhir/r4/server_address.h"

#include <algorithm>

namespace fhir {
namespace {

bool isAddress(std::string_view text) noexcept {
    return text.find("://") != std::string_view::npos;
}

std::string_view withoutVersion(std::string_view text) noexcept {
    return text.substr(0, text.find("/_history/"));
}

}  // namespace

ServerAddress::ServerAddress(const Url& base, const std::vector<Url>& aliases)
    : base_(base.normalised()) {
    for (const auto& alias : aliases) aliases_.push_back(alias.normalised());
}

std::optional<Url> ServerAddress::atBase(const Url& url) const {
    if (!base_) return std::nullopt;
    if (isWithin(url, *base_)) return url;
    for (const auto& alias : aliases_) {
        if (!isWithin(url, alias)) continue;
        auto moved = url;
        const auto rest = url.normalised().path.substr(alias.path.size());
        // What an alias without a path leaves is the whole path, that of the base included.
        moved.path = (alias.path.empty() ? "" : base_->path) + rest;
        if (moved.path.empty()) moved.path = "/";
        moved.scheme = base_->scheme;
        moved.host = base_->host;
        moved.port = base_->port;
        return moved;
    }
    return sameOrigin(url, *base_) ? std::optional(url) : std::nullopt;
}

/// The normalised path below the base, "Patient/1", "" for the base itself; nullopt for another
/// server's address, and for one with a query or a fragment.
std::optional<std::string> ServerAddress::below(std::string_view address) const {
    if (address.find_first_of("?#") != std::string_view::npos) return std::nullopt;
    try {
        const auto url = atBase(Url::parse(address));
        if (!url || !isWithin(*url, *base_)) return std::nullopt;
        auto path = url->normalised().path.substr(base_->path.size());
        return path.empty() ? path : path.substr(1);
    } catch (const Error&) {
        return std::nullopt;  // no address is no server's
    }
}

bool ServerAddress::isSame(std::string_view url) const {
    return below(url) == "";
}

std::optional<TypeAndId> ServerAddress::find(std::string_view reference) const {
    if (!isAddress(reference)) return parseReference(withoutVersion(reference));
    const auto path = below(reference);
    return path ? parseReference(withoutVersion(*path)) : std::nullopt;
}

std::optional<TypeAndId> ServerAddress::find(const Reference& reference) const {
    return reference.reference ? find(std::string_view(*reference.reference)) : std::nullopt;
}

std::optional<std::string> ServerAddress::findId(const Reference& reference,
                                                 std::string_view type) const {
    auto found = find(reference);
    if (!found || found->type != type) return std::nullopt;
    return std::move(found->id);
}

std::optional<std::string> ServerAddress::findId(const std::optional<Reference>& reference,
                                                 std::string_view type) const {
    return reference ? findId(*reference, type) : std::nullopt;
}

bool ServerAddress::isElsewhere(const BundleEntry& entry) const {
    const auto url = entry.fullUrl.value_or("");
    if (!isAddress(url)) return false;
    const auto path = below(url.substr(0, url.find_first_of("?#")));
    // A base of its own may lie below ours: one of several tenants.
    if (!path) return true;
    const auto name = withoutVersion(*path);
    return std::count(name.begin(), name.end(), '/') > 1;
}

}  // namespace fhir
