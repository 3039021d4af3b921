#include "fhir/smart/well_known.h"

namespace fhir::smart {

Url below(const Url& base, std::string_view path) {
    Url url = base;
    while (url.path.ends_with('/')) url.path.pop_back();
    url.path += path;
    url.query.clear();
    return url;
}

std::optional<Url> namedUrl(const std::optional<std::string>& text, const Url& base) {
    if (!text || text->empty()) return std::nullopt;
    // The base is a folder: "auth/token" lies below it.
    auto url = below(base, "/").resolve(*text);
    if (url.scheme != "https" && base.scheme == "https") return std::nullopt;
    return url;
}

std::optional<Url> wantedUrl(json::Wanted& wanted, const json::Value& json, const json::Name& name,
                             const Url& base) {
    const auto found = wanted.read(json, name, [&](const json::Value& value) {
        const auto text = value.string();
        try {
            return namedUrl(text, base);
        } catch (const Error&) {
            value.refuse("is no address that could be requested");
        }
    });
    return found.value_or(std::nullopt);
}

std::optional<bool> wantedNamesIssuer(json::Wanted& wanted, const json::Value& json) {
    const json::Name name("authorization_response_iss_parameter_supported");
    const auto said = wanted.flag(json, name);
    if (!said && json.find(name)) return true;
    return said;
}

http::Response getDocument(http::Transport& transport, const std::string& step, const Url& url,
                           const char* accept, Deadline deadline) {
    http::Request request;
    request.url = url;
    request.headers.set("Accept", accept);
    try {
        return transport.send(request, deadline);
    } catch (const Error& error) {
        throw error.in(step);
    }
}

}  // namespace fhir::smart
