#include "adapters/worklist/appointments.h"

#include <algorithm>

#include "adapters/search_query.h"
#include "adapters/worklist/stays_of.h"
#include "fhir/r4/appointment.h"
#include "fhir/r4/date_time.h"

namespace adapters {
namespace {

using fhir::Appointment;
using fhir::Error;
using fhir::ErrorKind;

constexpr std::chrono::hours kBack{12};  ///< a clinic that began in the morning is still on

struct Span {
    fhir::Instant from, to;
};

/// Whose appointments: the parameter of the search, the type and the id.
struct CalendarOwner {
    const char* parameter;
    std::string type, id;
};

CalendarOwner ownerOf(const WorklistQuery& query) {
    if (query.location.empty() == query.practitioner.empty())
        throw Error(ErrorKind::InvalidInput,
                    "the worklist source appointments needs either location or practitioner",
                    "/worklist");
    if (!query.location.empty())
        return {"location", "Location",
                requireReference(query.location, "Location", "location", query.source)};
    return {"practitioner", "Practitioner",
            requireReference(query.practitioner, "Practitioner", "practitioner", query.source)};
}

std::string written(fhir::Instant instant, const Profile& profile) {
    const auto text = fhir::DateTime::fromInstant(instant).text();
    return profile.appointmentDate == "date" ? text.substr(0, text.find('T')) : text;
}

fhir::Query searchFor(const CalendarOwner& owner, const Span& span, const Profile& profile) {
    // A day has no smaller part: the last one is asked for whole.
    const auto end = profile.appointmentDate == "date" ? "le" : "lt";
    fhir::Query query{{owner.parameter, joinedReferences(profile, owner.type, {owner.id})},
                      {"date", "ge" + written(span.from, profile)},
                      {"date", end + written(span.to, profile)}};
    return addPageSize(query, profile);
}

bool isWith(const Appointment& appointment, const CalendarOwner& owner,
            const fhir::ServerAddress& server) {
    bool namesAny = false;
    for (const auto& participant : appointment.participant) {
        if (!participant.actor || participant.actor->resourceType() != owner.type) continue;
        namesAny = true;
        if (server.findId(*participant.actor, owner.type) == owner.id) return true;
    }
    return !namesAny;  // a server that searched by it need not show it
}

bool isMeant(const Appointment& appointment, const Span& span, const Profile& profile) {
    const auto& statuses = profile.appointmentStatuses;
    if (std::find(statuses.begin(), statuses.end(), appointment.status) == statuses.end())
        return false;
    return appointment.start && appointment.start->latest() >= span.from &&
           appointment.start->earliest() <= span.to;
}

}  // namespace

Worklist listAppointments(const WorklistContext& context) {
    const auto owner = ownerOf(context.query);
    const auto now = context.clock.now();
    const Span span{now - kBack, now + std::chrono::hours(24 * std::max(context.query.days, 1))};
    const auto& server = context.client.server();
    std::vector<std::string> patients;
    const auto outcome = context.client.search(
        Appointment::resourceType, searchFor(owner, span, context.profile),
        [&](const fhir::BundleEntry& entry) {
            if (entry.resourceType != Appointment::resourceType) return;
            const auto appointment = entry.read<Appointment>();
            if (!isMeant(appointment, span, context.profile) || !isWith(appointment, owner, server))
                return;
            for (const auto& participant : appointment.participant)
                if (const auto id = server.findId(participant.actor, "Patient"))
                    patients.push_back(*id);
        });
    return staysOf(context, patients, outcome.issues, Among::Expected);
}

}  // namespace adapters
