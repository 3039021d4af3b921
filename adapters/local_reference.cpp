#include "adapters/local_reference.h"

#include "fhir/client/links.h"

namespace adapters {

std::optional<std::string> localId(const fhir::Reference& reference, std::string_view type,
                                   const fhir::Url& base) {
    if (!reference.reference) return std::nullopt;
    std::string_view text = *reference.reference;
    auto prefix = base.text();
    if (!prefix.ends_with('/')) prefix += '/';
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    text = text.substr(0, text.find("/_history/"));
    const auto parts = fhir::parseReference(text);
    if (!parts || parts->type != type) return std::nullopt;
    return parts->id;
}

std::optional<std::string> localId(const fhir::Reference& reference, std::string_view type,
                                   const fhir::ClientOptions& server) {
    const auto text = reference.reference.value_or("");
    if (text.find("://") == std::string::npos) return localId(reference, type, server.base);
    if (text.find('#') != std::string::npos) return std::nullopt;  // something inside of it
    try {
        const auto address = fhir::followed(text, server.base, server, "a reference");
        return localId({address.text(), {}, {}}, type, server.base);
    } catch (const fhir::Error&) {
        return std::nullopt;  // of another server, or no address at all
    }
}

}  // namespace adapters
