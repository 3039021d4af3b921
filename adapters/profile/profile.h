#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/headers.h"
#include "fhir/base/json.h"

namespace adapters {

/// The route of what the EHR cannot hold, as configurations and receipts name it.
inline constexpr std::string_view kCompanionRoute = "companion";

/// Everything about a vendor that is data. Read from config/vendors/<vendor>.json, which is
/// embedded in the program; a site's `overrides` may replace any field, also single fields of a
/// group. config/vendor.schema.json has meaning, default and source of each field.
///
/// The default of a field is the safe value, for what no source confirms: less is sent, less is
/// trusted, and the companion takes the rest.
struct Profile {
    using Names = std::vector<std::string>;
    using Texts = std::map<std::string, std::string>;

    std::string vendor;                ///< the name of the profile's file: "generic"
    std::string protocol = "fhir-r4";  ///< selects the Adapter class; see registry.cpp
    std::string product;               ///< product name for reports
    std::string documentation;         ///< the vendor's page about its interface; "": unknown
    Texts hints;  ///< what to do, in the vendor's terms, by step of the verb `check`

    // --- requests
    fhir::Headers headers;             ///< sent with every request
    Texts queryParameters;             ///< added to every request's URL
    Names requiredQueryParameters;     ///< names in `queryParameters` that the site must set
    std::chrono::seconds timeout{15};  ///< of one request
    int requestsPerMinute = 0;         ///< per minute of the clock, all requests; 0: no known limit
    int concurrentRequests = 4;        ///< at once, when patients are read one by one
    std::string idempotencyHeader;     ///< gets our identifier's UUID with every create; "": none
    std::string requestIdHeader;       ///< gets a new UUID with every request; "": none
    Names linkAliases;                 ///< other addresses of the base (fhir::ServerAddress)
    /// The self link of a search names the parameters that the server used; false if it never does:
    /// then the patient of every match is checked on our side.
    bool selfLinkNamesParameters = true;

    /// How clients authenticate.
    struct Auth {
        Names methods{"private-key-jwt", "client-secret-basic", "client-secret-post", "basic",
                      "none"};                 ///< accepted auth.method values, best first
        std::string scopeForm = "discovered";  ///< v1 | v2 | discovered (from capabilities)
        bool sendsScope = true;                ///< false: the server grants what is registered
    };
    Auth auth;

    // --- searches
    int pageSize = 100;      ///< resources asked for per page
    int pageSizeMax = 1000;  ///< the server refuses or ignores more; caps `pageSize`
    std::string pageSizeParameter = "_count";  ///< "": none may be sent
    int patientsPerSearch = 20;                ///< patients named in one search; 1: no lists
    int locationsPerSearch = 40;               ///< locations named in one Encounter search
    /// A reference in a search is written Type/id; false: the id alone. R4 allows both, servers
    /// differ.
    bool typedReferences = true;
    /// References of an encounter for `_include`: patient, location. None: no `_include` is sent.
    Names includes{"patient", "location"};
    bool locationHierarchy = true;  ///< a unit's beds are Locations with `partOf` the unit
    /// Sources that can list a unit, best first; see worklist.cpp.
    Names worklists{"encounter-search"};
    std::string patientListCode;  ///< `code` in a search for a patient List; "": none
    /// An Encounter search must name a patient, so it cannot list a unit.
    bool encounterSearchNeedsPatient = false;
    /// An Encounter search accepts `_lastUpdated`, and every change of an encounter updates that
    /// time: later readings ask only for what has changed since the last one.
    bool encounterLastUpdated = false;
    /// A read of a Patient that was replaced is answered with the one that replaced it, without a
    /// link between them. Elsewhere another patient in answer to an id is a bad reply.
    bool answersWithSuccessor = false;
    /// Encounter.status values of a patient who is here now.
    Names currentStatuses{"arrived", "triaged", "in-progress", "onleave"};
    /// Encounter.status values that a search may name; empty: the parameter is not sent.
    Names searchableStatuses{"planned",  "arrived",   "triaged",          "in-progress", "onleave",
                             "finished", "cancelled", "entered-in-error", "unknown"};
    /// Local Encounter.class ("system|code" or "code") to v3 ActCode ("IMP").
    Texts encounterClasses;
    std::string appointmentDate = "date";  ///< form of a search's `date`: date | date-time
    /// Appointment.status values of a patient who is expected or here.
    Names appointmentStatuses{"booked", "arrived", "checked-in"};
    /// Searches that find statements: code, category. Empty: the server has no Observations.
    Names statementSearches{"code", "category"};

    // --- writing
    Names routes{"observation", "flag", "companion"};  ///< the default ladder
    bool conditionalCreate = true;     ///< use If-None-Exist if /metadata allows it too
    bool readBack = true;              ///< read what was written and compare it
    bool whatMattersCategory = false;  ///< also write the temporary PCO category
    /// The EHR keeps our identifier and finds by it; false: copies are recognised by their content.
    bool keepsIdentifiers = true;
    bool keepsSecurityLabels = true;  ///< false: nothing with meta.security is written
    Names createsBeyondMetadata;      ///< types that can be created though not in /metadata
    /// Types of which we may update our own resources if /metadata allows it too: a mistake is then
    /// marked as entered in error in the EHR itself.
    Names updates;

    /// Rules of Observation create.
    struct ObservationRules {
        Names categories;                ///< the only accepted categories; empty: any
        bool encounterRequired = false;  ///< without an encounter it is refused
    };
    ObservationRules observation;

    /// The site's flowsheet row for what matters.
    struct Flowsheet {
        std::string system, code, display;  ///< of the row; no code: route is off
        std::string category = "vital-signs";
        bool loinc = false;             ///< our LOINC codes are sent too
        bool encounterRequired = true;  ///< a row belongs to a stay
    };
    Flowsheet flowsheet;

    /// Rules of a document.
    struct Document {
        std::string typeSystem = "http://loinc.org";
        std::string typeCode = "51855-5";  ///< "Patient Note"
        std::string typeDisplay = "Patient Note";
        std::string categorySystem, categoryCode;  ///< no code: no category
        std::string contentType = "text/plain";    ///< text/plain | application/xhtml+xml
        std::string docStatus;                     ///< "" (none) | preliminary | final
        std::string author;                        ///< "Practitioner/1"; "": who said the words
        bool authorRequired = false;               ///< without `author` the route is off
        bool authorIsPractitioner = false;         ///< nobody else is named as author
        bool encounterRequired = false;
        bool period = false;      ///< write context.period: when the words were said
        bool pagesApart = false;  ///< the EHR keeps the page as a Binary, which must be let read
    };
    Document document;

    /// The site's questionnaire for what matters.
    struct Questionnaire {
        std::string url;     ///< canonical; "": the route is off
        std::string linkId;  ///< of the question that the words answer
    };
    Questionnaire questionnaire;

    /// Sender and recipients of messages. Without recipients for statements (or flags) the route is
    /// off for these.
    struct Communication {
        std::string sender;              ///< "Practitioner/1", "Organization/1"; "": none
        Names statementRecipients;       ///< Group, Practitioner, Organization …
        std::string payload = "string";  ///< string | attachment (a file of plain text)
        Names flagRecipients;            ///< Group or Organization only: never one person
    };
    Communication communication;

    /// Owners of tasks. Without an owner for statements (or flags) the route is off for these.
    struct Task {
        std::string statementOwner;  ///< "Organization/1", "Practitioner/1"
        std::string flagOwner;       ///< Group or Organization only
    };
    Task task;

    /// How the EHR shows CDS Hooks cards.
    struct Cards {
        std::string detail = "markdown";  ///< format of `detail`: markdown | plain | html
        std::string detailExtension;      ///< card extension for the detail's media type; "": none
        bool smartLinks = true;           ///< cards may have links of type `smart`
    };
    Cards cards;

    /// How subscription notifications differ.
    struct Subscriptions {
        std::string signatureHeader = "X-Hub-Signature";  ///< header of the HMAC
        /// Events are numbered from the start of a subscription, so that a gap shows; false if each
        /// notification counts from the beginning.
        bool numbersEvents = true;
    };
    Subscriptions subscriptions;

    /// Throws Error{InvalidInput} on an unknown field, with its path.
    static Profile fromJson(const fhir::json::Value& json);
    /// The same profile with the fields in `json` replaced. Same errors.
    Profile with(const fhir::json::Value& json) const;
    /// Writes every field; read again, it gives an equal profile.
    void toJson(fhir::json::Writer& writer) const;

    /// Resources to request per page, within the server's maximum.
    int pageCount() const noexcept { return pageSize < pageSizeMax ? pageSize : pageSizeMax; }
};

/// The profile of that name. For an unknown name throws Error{InvalidInput} that lists the known
/// ones.
Profile vendorProfile(std::string_view vendor);
/// The names of all profiles in this program, sorted.
std::vector<std::string> vendorNames();

}  // namespace adapters
