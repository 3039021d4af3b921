#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "fhir/base/headers.h"
#include "fhir/base/json.h"

namespace adapters {

/// Everything about a vendor that is data. Read from config/vendors/<vendor>.json, which is
/// embedded in the program; a site's `overrides` may replace any field, a group's fields one by
/// one. Meaning, default and source of each field stand in config/vendor.schema.json as well.
///
/// What no source confirms is a field whose default is the safe side: less is sent, less is
/// trusted, and the companion takes what is left.
struct Profile {
    using Names = std::vector<std::string>;
    using Texts = std::map<std::string, std::string>;

    std::string vendor;                ///< "generic": the name of its file
    std::string protocol = "fhir-r4";  ///< which class drives it; see registry.cpp
    std::string product;               ///< what people call it, for reports
    std::string documentation;         ///< the vendor's page about its interface; "" unknown
    Texts hints;  ///< by step of `check`: what to do, with the vendor's own words

    // --- how one talks to it
    fhir::Headers headers;             ///< sent with every request
    Texts queryParameters;             ///< added to every request's URL
    Names requiredQueryParameters;     ///< names that the site must give a value in the former
    std::chrono::seconds timeout{15};  ///< of one request
    int requestsPerMinute = 0;         ///< of a clock minute, all requests; 0: no limit known
    int concurrentRequests = 4;        ///< at once, in a fan-out over patients
    std::string idempotencyHeader;     ///< gets our identifier's UUID with every create; "" none
    std::string requestIdHeader;       ///< gets a UUID of its own with every request; "" none
    Names linkAliases;                 ///< other addresses of the same base in its links
    /// The self link of what it finds names the parameters that it searched by; off where it never
    /// does, so that every match is checked for its patient on our side.
    bool selfLinkNamesParameters = true;

    /// How it lets clients in.
    struct Auth {
        Names methods{"private-key-jwt", "client-secret-basic", "client-secret-post", "basic",
                      "none"};                 ///< auth.method values that it takes, best first
        std::string scopeForm = "discovered";  ///< v1 | v2 | discovered (from its capabilities)
        bool sendsScope = true;                ///< false: it grants what is registered
    };
    Auth auth;

    // --- searches
    int pageSize = 100;                        ///< resources asked for per page
    int pageSizeMax = 1000;                    ///< more is refused or ignored; caps `pageSize`
    std::string pageSizeParameter = "_count";  ///< "" where none may be sent
    int patientsPerSearch = 20;                ///< patients named in one search; 1: no lists
    int locationsPerSearch = 40;               ///< locations named in one Encounter search
    /// A reference in a search is written Type/id; else the bare id. R4 knows both, servers differ.
    bool typedReferences = true;
    /// What of an encounter `_include` brings along: patient, location. None: nothing is asked for.
    Names includes{"patient", "location"};
    bool locationHierarchy = true;  ///< a unit's beds are Locations that are `partof` it
    /// Ways to list a unit that can work, best first; see worklist.cpp.
    Names worklists{"encounter-search"};
    std::string patientListCode;  ///< `code` of a search for a patient List; "" none
    /// An Encounter search must name a patient: no unit can be listed by it.
    bool encounterSearchNeedsPatient = false;
    /// An Encounter search takes `_lastUpdated`, and whatever changes in an encounter moves it: who
    /// is read patient by patient is asked for what has changed since the last reading.
    bool encounterLastUpdated = false;
    /// Encounter.status values of a patient who is here now.
    Names currentStatuses{"arrived", "triaged", "in-progress", "onleave"};
    /// Encounter.status values that a search may name; none: the parameter is not sent.
    Names searchableStatuses{"planned",  "arrived",   "triaged",          "in-progress", "onleave",
                             "finished", "cancelled", "entered-in-error", "unknown"};
    /// Encounter.class in local codes, "system|code" or "code", to v3 ActCode: "IMP".
    Texts encounterClasses;
    std::string appointmentDate = "date";  ///< form of its `date` parameter: date | date-time
    /// Appointment.status values of somebody who is expected or here.
    Names appointmentStatuses{"booked", "arrived", "checked-in"};
    /// Searches that find statements: code, category.
    Names statementSearches{"code", "category"};

    // --- writing
    Names routes{"observation", "flag", "companion"};  ///< the default ladder
    bool conditionalCreate = true;     ///< If-None-Exist is used where /metadata says so as well
    bool readBack = true;              ///< what was written is read again and compared
    bool whatMattersCategory = false;  ///< also write the temporary PCO category
    /// Our identifier is kept and can be searched for; else copies are told by their meaning.
    bool keepsIdentifiers = true;
    bool keepsSecurityLabels = true;  ///< meta.security is kept; else what bears one stays out
    Names createsBeyondMetadata;      ///< types that can be created though /metadata lists none
    /// Types whose resources of ours may be changed afterwards, where /metadata says so as well:
    /// what was written by mistake is then marked as entered in error where it is.
    Names updates;

    /// Rules of Observation create.
    struct ObservationRules {
        Names categories;                ///< the only categories taken; none: any
        bool encounterRequired = false;  ///< one without an encounter is refused
    };
    ObservationRules observation;

    /// The site's flowsheet row for what matters.
    struct Flowsheet {
        std::string system, code, display;  ///< of the row; no code: the route is closed
        std::string category = "vital-signs";
        bool loinc = false;             ///< our LOINC codes go along
        bool encounterRequired = true;  ///< a row belongs to a stay
    };
    Flowsheet flowsheet;

    /// How a document must be.
    struct Document {
        std::string typeSystem = "http://loinc.org";
        std::string typeCode = "51855-5";  ///< "Patient Note"
        std::string typeDisplay = "Patient Note";
        std::string categorySystem, categoryCode;  ///< no code: no category
        std::string contentType = "text/plain";    ///< text/plain | application/xhtml+xml
        std::string docStatus;                     ///< "" none | preliminary | final
        std::string author;                        ///< "Practitioner/1"; "" who said it
        bool authorRequired = false;               ///< without `author` the route is closed
        bool encounterRequired = false;
        bool period = false;  ///< context.period is written: the moment it was said
    };
    Document document;

    /// The site's questionnaire for what matters.
    struct Questionnaire {
        std::string url;     ///< canonical; "": the route is closed
        std::string linkId;  ///< of the question whose answer are the words
    };
    Questionnaire questionnaire;

    /// Messages: who gets them. No recipient: the route is closed for that.
    struct Communication {
        std::string sender;              ///< "Practitioner/1", "Organization/1"; "" none
        Names statementRecipients;       ///< Group, Practitioner, Organization …
        std::string payload = "string";  ///< string | attachment (a file of plain text)
        Names flagRecipients;            ///< Group or Organization only: never one person
    };
    Communication communication;

    /// Tasks: whose they are. No owner: the route is closed for that.
    struct Task {
        std::string statementOwner;  ///< "Organization/1", "Practitioner/1"
        std::string flagOwner;       ///< Group or Organization only
    };
    Task task;

    /// How it draws CDS Hooks cards.
    struct Cards {
        std::string detail = "markdown";  ///< how their detail is written: markdown | plain | html
        std::string detailExtension;      ///< of the card: names the detail's media type; "" none
        bool smartLinks = true;           ///< they may have links of type `smart`
    };
    Cards cards;

    /// How its notifications of subscriptions differ.
    struct Subscriptions {
        std::string signatureHeader = "X-Hub-Signature";  ///< of one that is signed (HMAC)
        /// Events are numbered from the start of a subscription, so that a gap shows; off where
        /// each notification counts anew.
        bool numbersEvents = true;
    };
    Subscriptions subscriptions;

    /// Throws Error{InvalidInput} on an unknown field, with its path.
    static Profile fromJson(const fhir::json::Value& json);
    /// The same profile with the fields of `json` replaced. Same errors.
    Profile with(const fhir::json::Value& json) const;
    /// Every field, as a profile that is read again equals this one.
    void toJson(fhir::json::Writer& writer) const;

    /// Resources to ask for per page, as the server allows.
    int pageCount() const noexcept { return pageSize < pageSizeMax ? pageSize : pageSizeMax; }
};

/// The profile of that name; throws Error{InvalidInput} that lists the known names.
Profile vendorProfile(std::string_view vendor);
/// The names of every profile in this program, sorted.
std::vector<std::string> vendorNames();

}  // namespace adapters
