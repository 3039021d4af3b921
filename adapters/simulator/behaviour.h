#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulator/definitions.h"
#include "adapters/simulator/token_rules.h"
#include "fhir/base/clock.h"
#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

class Store;
struct Stored;
using NameList = std::vector<std::string_view>;

/// A write request, and the store that it would change.
struct Attempt {
    const fhir::json::Value& body;
    const Store& store;
    const std::string& base;
    const Stored* before = nullptr;  ///< what an update would change; nullptr for a create
};

/// A vendor's rules for one resource type. Types that are not listed do not exist.
struct TypeRules {
    std::string_view type;
    NameList interactions;             ///< of "read", "search-type", "create", "update", "delete"
    NameList parameters;               ///< the supported ones; `_id` always is
    NameList dropped = {};             ///< listed in /metadata, but silently ignored
    std::vector<NameList> needs = {};  ///< a search must have all parameters of one of them
    NameList onlyWithPatient = {};     ///< parameters allowed only with `patient` or `subject`
    NameList includes = {};            ///< parameters that _include supports
    bool dropsUnknown = false;         ///< unknown parameters are ignored, not refused
    std::size_t pageDefault = 0;       ///< 0: the vendor's
    std::size_t pageMax = 0;           ///< 0: the vendor's
    /// Refuses a search that the vendor would not run; throws Error.
    void (*search)(const fhir::Query& query) = nullptr;
    /// Refuses a write that the vendor would not take; throws Error.
    void (*write)(const Attempt& attempt) = nullptr;
    /// What the vendor stores of a resource that was written at that moment, as JSON.
    std::string (*keep)(const fhir::json::Value& body, fhir::Instant now) = nullptr;
    bool pagesApart = false;  ///< what attachments hold becomes a Binary of its own

    bool can(std::string_view interaction) const;
};

/// How a search continues after its first page.
struct Paging {
    enum class Total { Exact, OfPage, OfPageWhereCounted, Absent };
    std::string_view parameter = "_getpages";  ///< the parameter with the token in `next`
    std::string_view before = "";              ///< parameters before that one, ending in "&"
    std::string_view prefix = "";              ///< text before the token
    bool atType = false;  ///< `next` is below the type ("/Encounter?…"), not at the base
    std::string_view count = "_count";  ///< parameter for the page size; "": none
    std::size_t standard = 20;
    std::size_t most = 200;
    Total total = Total::Exact;
    bool repeatsLast = false;  ///< the last match of a page is repeated on the next
};

struct Bundles {
    bool outcomeEntry = false;      ///< an OperationOutcome among the entries
    bool resourceTypeLast = false;  ///< `resourceType` is the last member
};

/// The answer to a create or an update.
struct Created {
    enum class Location { Versioned, Plain, Relative };
    bool body = true;
    std::string_view contentType = "";  ///< if not the one of every answer
    Location location = Location::Versioned;
};

enum class ConditionalCreate { Full, IdentifierAlone, Ignored };

struct RateLimit {
    int requests = 0;  ///< 0: no number is published
    std::chrono::seconds window{0};
    bool onTheClock = false;    ///< windows begin at full minutes, not at the first request
    bool retryAfter = true;     ///< 429 says how long to wait
    bool milliseconds = false;  ///< also in x-ms-retry-after-ms
};

/// Bulk export: the levels where it can start, and how it behaves.
struct BulkExport {
    NameList levels = {};  ///< of "Group", "Patient", "system"
    std::chrono::seconds retryAfter{1};
    bool oneAtATime = false;
    bool filesElsewhere = false;  ///< files redirect (307) to storage that refuses Authorization
};

/// The form of notifications (`Hooks`).
struct NotificationForm {
    bool subscriptionStatus = false;        ///< R4B's resource instead of Parameters
    bool numbersEvents = true;              ///< from the subscription's start; else always 1
    std::string_view secretHeader = "";     ///< header of a create with the signing secret
    std::string_view signatureHeader = "";  ///< header for the HMAC-SHA-256, "sha256=…"
};

/// Everything in which a vendor's server differs from a plain R4 server. The facts are from the
/// vendors' pages and recorded answers; each vendor's file names its sources. Nothing here is read
/// from the adapter's profile, so that the two can contradict each other.
struct Behaviour {
    std::string_view vendor;
    std::string_view software = "What Matters simulator";
    std::string_view fhirVersion = "4.0.1";
    std::vector<TypeRules> types = {};  ///< none: every type, with all its features
    std::string_view contentType = "application/fhir+json;charset=utf-8";
    bool meta = true;  ///< resources have meta, and with it versions
    bool etag = true;
    bool metadata = true;  ///< there is a CapabilityStatement
    bool saysConditionalCreate = true;
    bool dottedIncludes = false;       ///< /metadata writes "Encounter.location", without a colon
    bool typedReferencesOnly = false;  ///< a search by a bare id finds nothing
    /// A parameter that every request must have and that is no search parameter: name, value.
    std::pair<std::string_view, std::string_view> always = {};
    ConditionalCreate conditionalCreate = ConditionalCreate::Full;
    std::string_view idempotencyHeader = "";  ///< a repeated value: 409 with what exists
    bool requiresIfMatch = false;             ///< updates without it: 412
    bool relaxedBody = false;                 ///< unknown elements are not refused
    Paging paging = {};
    Bundles bundles = {};
    Created created = {};
    RateLimit rate = {};
    std::string_view row = "";  ///< "system|code" of the made-up site's row for what matters
    BulkExport bulk = {};
    NotificationForm notifications = {};
    TokenRules tokens = {};

    /// Refuses a request for its headers or query, before anything else; nullopt lets it pass.
    std::optional<fhir::http::Response> (*gate)(const fhir::http::Request& request) = nullptr;
    /// The body and headers of a refusal.
    fhir::http::Response (*refusal)(const fhir::Error& error, const std::string& method) = nullptr;
    /// The answer at an unknown address; without it, `refusal` with 404.
    fhir::http::Response (*nowhere)() = nullptr;
    /// The vendor's form of an id: of the made-up hospital's plain ids, and of a new resource's
    /// number.
    std::string (*id)(std::string_view type, std::string_view plain) = nullptr;
    /// The vendor's form of a resource of the made-up hospital, as JSON.
    std::string (*chart)(const fhir::json::Value& resource) = nullptr;
    /// The last change to every answer.
    void (*finish)(const fhir::http::Request& request, fhir::http::Response& response) = nullptr;
};

/// The behaviour of a vendor. For an unknown one throws Error{InvalidInput} that lists the known
/// ones.
const Behaviour& behaviour(std::string_view vendor);
std::vector<std::string_view> behaviours();

/// The resource types of one vendor: the simulator's table reduced to what the vendor has.
class Catalogue {
public:
    explicit Catalogue(const Behaviour& behaviour);
    Catalogue(const Catalogue&) = delete;
    Catalogue& operator=(const Catalogue&) = delete;

    const std::vector<Definition>& all() const noexcept { return definitions_; }
    const Definition* find(std::string_view type) const noexcept;

private:
    std::vector<Definition> definitions_;  // others point into it: never changed
};

}  // namespace adapters::simulator
