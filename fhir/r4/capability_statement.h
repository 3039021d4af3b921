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
        bool conditionalUpdate = false;
        bool updateCreate = false;
        std::optional<std::string> versioning;  ///< no-version | versioned | versioned-update
        std::vector<std::string> operation;     ///< names, without the "$"
        std::vector<std::string> searchInclude, searchRevInclude;
        std::vector<std::string> supportedProfile;

        static Resource fromJson(const json::Value& json);
    };

    /// Where to get tokens, as servers said it before there was a SMART configuration to read
    /// (http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris).
    struct OauthUris {
        std::optional<std::string> authorize, token, registration, manage, introspect, revoke;
    };
    struct Security {
        bool cors = false;
        std::vector<CodeableConcept> service;  ///< SMART-on-FHIR, OAuth, Basic, …
        std::optional<OauthUris> oauthUris;

        static Security fromJson(const json::Value& json);
    };

    std::string fhirVersion;
    std::optional<std::string> software;  ///< name and version
    std::vector<std::string> format;
    std::vector<std::string> patchFormat;
    std::vector<std::string> implementationGuide, instantiates;  ///< canonicals
    std::optional<DateTime> date;
    std::vector<Resource> resource;  ///< of the first `rest` whose mode is server; so is the rest
    std::vector<std::string> interaction;  ///< of the whole system: transaction, batch, …
    std::vector<std::string> operation;    ///< of the whole system, without the "$"
    std::optional<Security> security;

    const Resource* find(std::string_view type) const noexcept;
    bool supports(std::string_view type, std::string_view interaction) const noexcept;
    /// Whether the whole system has that interaction: transaction, batch, search-system, …
    bool supports(std::string_view systemInteraction) const noexcept;
    static CapabilityStatement fromJson(const json::Value& json);
};

}  // namespace fhir
