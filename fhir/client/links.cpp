#include "fhir/client/links.h"

#include "fhir/r4/datatypes.h"

namespace fhir {
namespace {

std::string_view withoutLastSlash(std::string_view path) noexcept {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace

void checkId(std::string_view id) {
    if (!isId(id) || id == "." || id == "..")
        throw Error(ErrorKind::InvalidInput, "not a FHIR id (A-Z a-z 0-9 - . _ only)");
}

bool isWithin(const Url& url, const Url& base) {
    if (!sameOrigin(url, base)) return false;
    const auto path = withoutLastSlash(base.path);
    return url.path == path || (url.path.starts_with(path) && url.path[path.size()] == '/');
}

Url followed(std::string_view link, const Url& from, const ClientOptions& options,
             const std::string& what) {
    Url url;
    try {
        url = from.resolve(link);
    } catch (const Error& error) {
        throw Error(ErrorKind::BadReply, what + " is at " + error.what());
    }
    if (sameOrigin(url, options.base)) return url;
    for (const auto& alias : options.aliases) {
        if (!isWithin(url, alias)) continue;
        const auto prefix = withoutLastSlash(alias.path);
        // An alias without a path stands for the origin alone.
        const auto target =
            prefix.empty() ? std::string_view() : withoutLastSlash(options.base.path);
        url.path = std::string(target) + url.path.substr(prefix.size());
        url.scheme = options.base.scheme;
        url.host = options.base.host;
        url.port = options.base.port;
        return url;
    }
    throw Error(ErrorKind::BadReply,
                what +
                    " is on another origin than the FHIR base, and is not asked for; the server's "
                    "own base address may be set wrong, or is one to be named as an alias");
}

std::string inLog(std::string_view address) {
    constexpr std::size_t kBytesMax = 200;
    try {
        auto url = Url::parse(address);
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

}  // namespace fhir
