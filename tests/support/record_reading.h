#pragma once

#include <string>

#include "plugin/records/patient_reader.h"
#include "plugin/settings/settings.h"
#include "tests/support/hospital_fixture.h"

namespace test {

/// The connection "general", whose unit "ward-7" is read.
inline const plugin::ConnectionSettings& generalConnection() {
    static const plugin::ConnectionSettings kConnection = [] {
        plugin::ConnectionSettings connection;
        connection.id = "general";
        connection.fhirBase = kBase;
        connection.units = {{"ward-7", "Ward 7", {"encounter-search", "Location/ward-7"}}};
        return connection;
    }();
    return kConnection;
}

/// Of an adapter that outlives whoever shares it.
inline std::shared_ptr<const adapters::Adapter> shared(const adapters::Adapter& adapter) {
    return {std::shared_ptr<void>(), &adapter};
}

/// Reads a patient of the connection "general" as a page does, which waits for the EHR.
inline plugin::records::PatientRecord readRecord(const adapters::Adapter& ehr,
                                                 plugin::store::Database& database,
                                                 const std::string& patient,
                                                 const std::string& encounter = {},
                                                 const adapters::Adapter* companion = nullptr) {
    fhir::WorkerPool workers(plugin::records::kReadsAtOnce, plugin::records::kReadsAtOnce);
    auto record = plugin::records::PatientReader(database, workers)
                      .read({.connection = generalConnection(),
                             .ehr = shared(ehr),
                             .companion = companion,
                             .patient = patient,
                             .encounter = encounter,
                             .isHeldStayEnough = true,
                             .now = kNow});
    requireReadable(record);
    return record;
}

}  // namespace test
