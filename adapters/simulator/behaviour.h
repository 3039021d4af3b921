#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulator/definitions.h"
#include "adapters/simulator/token_rules.h"
#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

class Store;
struct Stored;
using NameList = std::vector<std::string_view>;

/// A write as it came, and what it would be written into.
struct Attempt {
    const fhir::json::Value& body;
    const Store& store;
    const std::string& base;
    const Stored* before = nullptr;  ///< what an update would change; nullptr of a create
};

/// What a vendor makes of one resource type. Types that are not listed are not there.
struct TypeRules {
    std::string_view type;
    NameList interactions;             ///< of "read", "search-type", "create", "update", "delete"
    NameList parameters;               ///< those that it works by; `_id` is there in any case
    NameList dropped = {};             ///< listed in /metadata, and passed over in silence
    std::vector<NameList> needs = {};  ///< a search must have every one of one of these
    NameList onlyWithPatient = {};     ///< parameters that need `patient` or `subject` beside them
    NameList includes = {};            ///< parameters that _include follows
    bool dropsUnknown = false;    ///< parameters that it does not know: passed over, not refused
    std::size_t pageDefault = 0;  ///< 0: that of the vendor
    std::size_t pageMax = 0;      ///< 0: that of the vendor
    /// Refuses a search that the vendor would not run; throws Error.
    void (*search)(const fhir::Query& query) = nullptr;
    /// Refuses a write that the vendor would not take; throws Error.
    void (*write)(const Attempt& attempt) = nullptr;
    /// What the vendor keeps of a resource that was written, as JSON.
    std::string (*keep)(const fhir::json::Value& body) = nullptr;

    bool can(std::string_view interaction) const;
};

/// How searches go on after their first page.
struct Paging {
    enum class Total { Exact, OfPage, OfPageWhereCounted, Absent };
    std::string_view parameter = "_getpages";  ///< that carries the token in `next`
    std::string_view before = "";              ///< parameters that stand before it, with a "&"
    std::string_view prefix = "";              ///< before the token
    bool atType = false;  ///< `next` is below the type ("/Encounter?…"), not at the base
    std::string_view count = "_count";  ///< how a page size is asked for; "": it cannot be
    std::size_t standard = 20;
    std::size_t most = 200;
    Total total = Total::Exact;
    bool repeatsLast = false;  ///< the last match of a page comes again on the next one
};

struct Bundles {
    bool outcomeEntry = false;      ///< an OperationOutcome among the entries
    bool resourceTypeLast = false;  ///< it is the last member
};

/// The answer to a create or an update.
struct Created {
    enum class Location { Versioned, Plain, Relative };
    bool body = true;
    std::string_view contentType = "";  ///< where it is not that of every answer
    Location location = Location::Versioned;
};

enum class ConditionalCreate { Full, IdentifierAlone, Ignored };

struct RateLimit {
    int requests = 0;  ///< 0: no number is published
    std::chrono::seconds window{0};
    bool onTheClock = false;    ///< windows begin at full minutes, not with the first request
    bool retryAfter = true;     ///< 429 says how long to wait
    bool milliseconds = false;  ///< and says so in x-ms-retry-after-ms besides
};

/// Bulk export: where it can be started, and how.
struct BulkExport {
    NameList levels = {};  ///< of "Group", "Patient", "system"
    std::chrono::seconds retryAfter{1};
    bool oneAtATime = false;
    bool filesElsewhere = false;  ///< a file is a 307 to storage that refuses Authorization
};

/// How a server tells of changes (`Hooks`).
struct NotificationForm {
    bool subscriptionStatus = false;        ///< R4B's resource in the place of Parameters
    bool numbersEvents = true;              ///< from the start of a subscription; else each anew
    std::string_view secretHeader = "";     ///< of a create: gives the secret that signs
    std::string_view signatureHeader = "";  ///< gets HMAC-SHA-256 of the body, "sha256=…"
};

/// Everything in which a vendor's server differs from a plain R4 server. The facts are those that
/// the vendors' pages and recorded answers show; each vendor's file names them. Nothing here is
/// read from the profile that the adapter goes by: the two can contradict each other.
struct Behaviour {
    std::string_view vendor;
    std::string_view software = "What Matters simulator";
    std::string_view fhirVersion = "4.0.1";
    std::vector<TypeRules> types = {};  ///< none: every type, with all that it has
    std::string_view contentType = "application/fhir+json;charset=utf-8";
    bool meta = true;  ///< resources have meta, and with it versions
    bool etag = true;
    bool metadata = true;  ///< there is a CapabilityStatement
    bool saysConditionalCreate = true;
    bool dottedIncludes = false;       ///< /metadata writes "Encounter.location", not with a colon
    bool typedReferencesOnly = false;  ///< a search by a bare id finds nothing
    /// A parameter that every request must have and that is no part of a search: name, value.
    std::pair<std::string_view, std::string_view> always = {};
    ConditionalCreate conditionalCreate = ConditionalCreate::Full;
    std::string_view idempotencyHeader = "";  ///< the same value again: 409 with what there is
    bool requiresIfMatch = false;             ///< updates without it: 412
    bool relaxedBody = false;                 ///< elements that it does not know: not refused
    Paging paging = {};
    Bundles bundles = {};
    Created created = {};
    RateLimit rate = {};
    std::string_view row = "";  ///< "system|code" that the made-up site built for what matters
    BulkExport bulk = {};
    NotificationForm notifications = {};
    TokenRules tokens = {};

    /// Refuses a request for what it is (headers, query), before it is looked at; nullopt lets it
    /// through.
    std::optional<fhir::http::Response> (*gate)(const fhir::http::Request& request) = nullptr;
    /// The body and headers of a refusal.
    fhir::http::Response (*refusal)(const fhir::Error& error, const std::string& method) = nullptr;
    /// What stands at an address where nothing is; without it the refusal of a 404.
    fhir::http::Response (*nowhere)() = nullptr;
    /// The id of a resource of the made-up hospital, and of the number of one that is created.
    std::string (*id)(std::string_view type, std::string_view plain) = nullptr;
    /// How a resource of the made-up hospital looks here.
    std::string (*chart)(const fhir::json::Value& resource) = nullptr;
    /// The last touch on every answer.
    void (*finish)(const fhir::http::Request& request, fhir::http::Response& response) = nullptr;
};

/// Throws Error{InvalidInput} that lists the vendors.
const Behaviour& behaviour(std::string_view vendor);
std::vector<std::string_view> behaviours();

/// The resource types of one vendor: the simulator's table cut down to what the vendor has.
class Catalogue {
public:
    explicit Catalogue(const Behaviour& behaviour);
    Catalogue(const Catalogue&) = delete;
    Catalogue& operator=(const Catalogue&) = delete;

    const std::vector<Definition>& all() const noexcept { return definitions_; }
    const Definition* find(std::string_view type) const noexcept;

private:
    std::vector<Definition> definitions_;  // pointed into: never changed after it is made
};

}  // namespace adapters::simulator
