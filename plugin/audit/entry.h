#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/url.h"
#include "fhir/r4/audit_event.h"
#include "plugin/audit/audit_table.h"

namespace plugin {
struct Settings;
}

namespace plugin::audit {

/// What was done. A query that finds several patients gives each of them an event of its own (IHE
/// BALP, Patient Query).
enum class Action { Create, Read, Update, Query };

/// Who did it.
struct Actor {
    std::string reference{};   ///< in the EHR, "Practitioner/7"; "" if unknown
    std::string identifier{};  ///< if there is no reference: a login, the subject of a token
    std::string name{};
    std::string client{};   ///< the program: a client id, "browser", the address of an EHR
    std::string way{};      ///< what it was used for, in words: "patient page", "CDS card"
    std::string address{};  ///< of the client: an IP address, a host name or a URL
};

/// What the events of a service refer to: its own address, and the FHIR bases that ids are relative
/// to.
struct Place {
    std::string service{};                      ///< our own address
    std::map<std::string, std::string> ehrs{};  ///< FHIR base by connection

    static Place of(const Settings& settings);
};

/// Something that was done to the data of at most one patient.
struct Entry {
    Action action = Action::Read;
    fhir::Instant at{};
    Actor by{};
    bool isByUs = false;  ///< we asked the EHR; otherwise somebody asked us
    std::string connection{};
    std::string patient{}, encounter{};  ///< ids in the EHR of the connection; "" if none
    /// What it was about, except for a query: "Observation/9" in the EHR, or a `urn:uuid:…` of
    /// ours; "" is the patient's record as a whole.
    std::string resource{};
    std::string query{};  ///< the query, as it was made; of a long one the beginning and its hash
    std::string requestId{};
    bool hasFailed = false;  ///< the action was tried and given up
};

/// Who acts, and where. A write of patient data records it in its own transaction. The default is
/// this service itself.
struct Author {
    std::shared_ptr<const Place> place{};
    Actor actor{};
    std::string requestId{};

    /// This service itself, writing to the EHR of a connection, whose FHIR base is `base`.
    static Author ofService(const std::string& connection, const fhir::Url& base,
                            std::string way = {});

    Entry entry(Action action, fhir::Instant at) const;
};

/// Converts the entry to an AuditEvent in the profiles of IHE BALP 1.1 ("Basic Audit Log
/// Patterns"): PatientRead, PatientQuery, PatientCreate, PatientUpdate; Query if there is no
/// patient. `id` is also a tag of `meta`, so that the event is found again on servers that assign
/// their own ids.
fhir::AuditEvent toAuditEvent(const Entry& entry, const Place& place, const std::string& id);

/// Converts the entry to an event with a new id, ready to be recorded.
AuditRecord toRecord(const Entry& entry, const Place& place);

/// Records what `author` has done, in the transaction that did it and as its last step.
void write(Poco::Data::Session& session, store::Database& database, const Author& author,
           const std::vector<Entry>& entries);

}  // namespace plugin::audit
