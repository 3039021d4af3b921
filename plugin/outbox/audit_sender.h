#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "fhir/client/client.h"
#include "plugin/audit/audit_export_table.h"
#include "plugin/audit/audit_table.h"
#include "plugin/outbox/policy.h"

namespace plugin::outbox {

double randomUnit();

/// Hands the audit trail to a repository of others, an event after the other in their order (IHE
/// RESTful ATNA, ITI-20: POST AuditEvent). None is left out: one that is refused is tried again
/// like one that did not arrive, by the outbox's policy but without an end, and those after it
/// wait.
///
/// Each event bears a tag of its own (`meta.tag`). One that may be there already, because an answer
/// was lost or the machine died, is searched by that first; where the repository does not let
/// itself be searched it is sent again, and whoever reads there can tell by the tag.
class AuditSender {
public:
    struct Options {
        RetryPolicy policy{};
        std::chrono::seconds lease{180};        ///< two thirds of it are for sending
        int batch = 50;                         ///< events that are sent under one lease
        std::chrono::milliseconds idle{5'000};  ///< between looks for something new
        fhir::Clock clock{};
        std::function<double()> chance = randomUnit;
    };
    /// `repository`: the id of the connection whose client this is, which must outlive this.
    AuditSender(store::Database& database, std::string repository, const fhir::Client& client)
        : AuditSender(database, std::move(repository), client, Options()) {}
    AuditSender(store::Database& database, std::string repository, const fhir::Client& client,
                Options options)
        : events_(database),
          table_(database),
          repository_(std::move(repository)),
          client_(client),
          options_(std::move(options)) {}

    /// Hands over what is due, at most a batch. False where there was nothing to do, or it failed.
    /// Throws Error where the database fails.
    bool sendSome();
    /// The same until stopped. Never throws.
    void run(const std::stop_token& stop);

private:
    bool isThere(const fhir::Client& client, const audit::AuditRecord& record) const;
    void send(const fhir::Client& client, const audit::AuditRecord& record, bool mayBeThere) const;

    audit::AuditTable events_;
    audit::AuditExportTable table_;
    std::string repository_;
    const fhir::Client& client_;
    Options options_;
};

}  // namespace plugin::outbox
