#include "plugin/api/record_notice.h"

#include "plugin/api/patient_access.h"

namespace plugin::api {
namespace {

using records::PatientRecord;

std::string ehrNotice(const PatientRecord& record) {
    if (record.heldFrom)
        return "The EHR cannot be read at the moment. This is what was known when it was last "
               "read.";
    if (record.failure)
        return "A part of the chart cannot be read at the moment: more may be written down there.";
    if (record.problems != 0)
        return "Some entries in the chart could not be read: " + std::to_string(record.problems) +
               ".";
    return "";
}

const char* wordsFor(fhir::ErrorKind refusal) {
    if (refusal == fhir::ErrorKind::Unauthorized)
        return "The EHR no longer lets you read here. Open What Matters again from the chart.";
    if (refusal == fhir::ErrorKind::NotFound)
        return "The EHR does not have this patient, or does not show you them. Open What Matters "
               "again from the chart.";
    return kPatientRefused;
}

}  // namespace

std::string noticeOf(const PatientRecord& record, const adapters::Adapter* companion) {
    auto notice = ehrNotice(record);
    if (companion == nullptr || record.companion == records::CompanionReading::Whole) return notice;
    return notice + (notice.empty() ? "" : " ") +
           records::companionNotice(record.companion, *companion);
}

void requireAllowed(const PatientRecord& record) {
    if (!record.isRefused) return;
    const auto kind = record.failure->kind();
    throw fhir::Error(kind, wordsFor(kind));
}

}  // namespace plugin::api
