#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// What a server says it can do. https://hl7.org/fhir/R4/capabilitystatement.html
struct CapabilityStatement {
    static constexpr std::string_view resourceType = "CapabilityStatement";

    struct Resource {
        std::string type;
        std::vector<std::string> interaction;  ///< read, search-type, create, …
        std::vector<std::string> searchParam;
        bool conditionalCreate = false;
    };

    std::string fhirVersion;
    std::optional<std::string> software;  ///< name and version
    std::vector<std::string> format;
    std::vector<Resource> resource;  ///< of the first `rest` whose mode is server

    const Resource* find(std::string_view type) const noexcept;
    bool supports(std::string_view type, std::string_view interaction) const noexcept;
    static CapabilityStatement fromJson(const json::Value& json);
};

}  // namespace fhir
