#include "fhir/r4/list.h"

namespace fhir {

List List::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    List list{.id = std::move(header.id),
              .status = json.at("status").string(),
              .title = json.findString("title"),
              .identifier = readArray<Identifier>(json, "identifier"),
              .entry = {}};
    for (const auto entry : json.findArray("entry")) {
        refuseModifiers(entry);
        list.entry.push_back(
            {Reference::fromJson(entry.at("item")), entry.findBoolean("deleted").value_or(false)});
    }
    return list;
}

}  // namespace fhir
