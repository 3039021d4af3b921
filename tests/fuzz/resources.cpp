#include "tests/fuzz/resources.h"

#include "fhir/r4/appointment.h"
#include "fhir/r4/audit_event.h"
#include "fhir/r4/capability_statement.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/group.h"
#include "fhir/r4/list.h"
#include "fhir/r4/location.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/operation_outcome.h"
#include "fhir/r4/parameters.h"
#include "fhir/r4/patient.h"
#include "fhir/r4/practitioner_role.h"
#include "fhir/r4/provenance.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/subscription_status.h"
#include "fhir/r4/task.h"
#include "tests/fuzz/fuzz.h"

namespace fuzz {
namespace {

/// Whether the value was of that type, readable or not.
template <class Resource>
bool readAs(const fhir::json::Value& value, std::string_view type) {
    if (type != Resource::resourceType) return false;
    mayRefuse([&] {
        fhir::json::Wanted wanted;
        const auto resource = [&] {
            if constexpr (requires { Resource::fromJson(value, wanted); })
                return Resource::fromJson(value, wanted);
            else
                return Resource::fromJson(value);
        }();
        if constexpr (requires(fhir::json::Writer & writer) { resource.toJson(writer); }) {
            const auto written = fhir::toJsonText(resource);
            const auto document = fhir::json::Document::parse(written);
            require(fhir::toJsonText(Resource::fromJson(document.root())) == written);
        }
    });
    return true;
}

template <class... Resources>
void readAsOneOf(const fhir::json::Value& value, std::string_view type) {
    (readAs<Resources>(value, type) || ...);
}

}  // namespace

void readResource(const fhir::json::Value& resource) {
    using namespace fhir;
    const auto type = resource.findString("resourceType").value_or("");
    readAsOneOf<Appointment, AuditEvent, CapabilityStatement, Communication, DocumentReference,
                Encounter, Flag, Group, List, Location, Observation, OperationOutcome, Parameters,
                Patient, PractitionerRole, Provenance, QuestionnaireResponse, Task>(resource, type);
    readAs<SubscriptionStatus>(resource, type);
}

}  // namespace fuzz
