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

/// What was done. A query may find several patients; each of them has an event of its own then (IHE
/// BALP, Patient Query).
enum class Action { Create, Read, Update, Query };

/// Who did it.
struct Actor {
    std::string reference{};   ///< in the EHR, "Practitioner/7"; "" where unknown
    std::string identifier{};  ///< where there is no reference: a login, the subject of a token
    std::string name{};
    std::string client{};   ///< the program: a client id, "browser", the address of an EHR
    std::string way{};      ///< what it was used for, in words: "patient page", "CDS card"
    std::string address{};  ///< of the client: an IP address, a host name or a URL
};

/// Where the events of a service happen: what it is called, and what ids are relative to.
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
    std::string patient{}, encounter{};  ///< ids in the EHR of the connection; "" of none
    /// What it was about, but for a query: "Observation/9" in the EHR, or a `urn:uuid:…` of ours;
    /// "" is the patient's record as such.
    std::string resource{};
    std::string query{};  ///< what was asked, as it came
    std::string requestId{};
    bool hasFailed = false;  ///< it was tried, and given up
};

/// Who does what follows, and where: what a write of patient data takes with it into its own
/// transaction. By default: this service, of its own accord.
struct Author {
    std::shared_ptr<const Place> place{};
    Actor actor{};
    std::string requestId{};

    /// This service itself, which writes to the EHR of a connection, at `base`.
    static Author ofService(const std::string& connection, const fhir::Url& base,
                            std::string way = {});

    Entry entry(Action action, fhir::Instant at) const;
};

/// The entry as an AuditEvent in the shapes of IHE BALP 1.1 ("Basic Audit Log Patterns"):
/// PatientRead, PatientQuery, PatientCreate, PatientUpdate, and without a patient Query. Its id is
/// also a tag of `meta`, so that it is found again on servers that give ids of their own.
fhir::AuditEvent toAuditEvent(const Entry& entry, const Place& place, const std::string& id);

/// The entry with a new id, as it is put on record.
AuditRecord toRecord(const Entry& entry, const Place& place);

/// Puts what `author` has done on record in the transaction that did it, as the last of it.
void write(Poco::Data::Session& session, store::Database& database, const Author& author,
           const std::vector<Entry>& entries);

}  // namespace plugin::audit
