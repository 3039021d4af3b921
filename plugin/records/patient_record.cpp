#include "plugin/records/patient_record.h"

namespace plugin::records {

using fhir::ErrorKind;

bool isUnread(const PatientRecord& record) {
    return record.reading != Reading::Whole || record.companion != CompanionReading::Whole;
}

void requireReadable(const PatientRecord& record) {
    if (!record.failure) return;
    const auto kind = record.failure->kind();
    const bool isAway = kind == ErrorKind::Unavailable || kind == ErrorKind::BadReply ||
                        kind == ErrorKind::Unauthorized;
    if (!isAway || !record.isHeld) throw *record.failure;
}

}  // namespace plugin::records
