#pragma once

#include <string>

#include "plugin/records/patient_record.h"

namespace plugin::api {

/// Says in plain words what could not be read of the record; "" where everything was. `companion`:
/// the server that was read for it, nullptr for none.
std::string noticeOf(const records::PatientRecord& record, const adapters::Adapter* companion);

/// Throws Error{Unauthorized}, Error{Forbidden} or Error{NotFound}, in words for the user, where
/// the EHR refuses the patient to them.
void requireAllowed(const records::PatientRecord& record);

}  // namespace plugin::api
