#pragma once

#include "fhir/base/json_wanted.h"
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

        /// Throws Error{InvalidInput} if it names no type.
        static Resource fromJson(const json::Value& json, json::Wanted& wanted);
    };

    /// The OAuth addresses, where servers put them before SMART had its own configuration document
    /// (http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris).
    struct OauthUris {
        std::optional<std::string> authorize, token, registration, manage, introspect, revoke;
    };
    struct Security {
        bool cors = false;
        std::vector<CodeableConcept> service;  ///< SMART-on-FHIR, OAuth, Basic, …
        std::optional<OauthUris> oauthUris;

        static Security fromJson(const json::Value& json, json::Wanted& wanted);
    };

    std::string fhirVersion;
    std::optional<std::string> software;  ///< name and version
    std::vector<std::string> format;
    std::vector<std::string> patchFormat;
    std::vector<std::string> implementationGuide, instantiates;  ///< canonicals
    std::optional<DateTime> date;
    std::vector<Resource> resource;  ///< this and all below: of the first `rest` with mode server
    std::vector<std::string> interaction;  ///< of the whole system: transaction, batch, …
    std::vector<std::string> operation;    ///< of the whole system, without the "$"
    std::optional<Security> security;
    /// Elements that could not be read, each as if it were absent: what a server does not say in a
    /// way that can be read, it does not say.
    std::vector<Issue> problems;

    const Resource* find(std::string_view type) const noexcept;
    bool supports(std::string_view type, std::string_view interaction) const noexcept;
    /// Whether the whole system has that interaction: transaction, batch, search-system, …
    bool supports(std::string_view systemInteraction) const noexcept;
    /// Throws Error{InvalidInput} if this is no CapabilityStatement.
    static CapabilityStatement fromJson(const json::Value& json);
};

}  // namespace fhir
