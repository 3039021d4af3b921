#include "adapters/local_reference.h"

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

}  // namespace adapters
