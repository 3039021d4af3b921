#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// https://hl7.org/fhir/R4/datatypes.html#Attachment
struct Attachment {
    std::optional<std::string> contentType, language;
    std::optional<std::string> data;   ///< base64 (RFC 4648, section 4), as sent
    std::optional<std::string> url;    ///< the address of the data if it is not here
    std::optional<std::int64_t> size;  ///< bytes, before base64
    std::optional<std::string> title;
    std::optional<DateTime> creation;

    static Attachment fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Attachment&) const = default;
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
