#include "plugin/settings/worklist_settings.h"

#include <chrono>
#include <string>

#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

/// Vendors run one export at a time and ask for ten minutes between questions.
constexpr std::chrono::seconds kExportInterval{15 * 60};

}  // namespace

void readSyncPace(const fhir::json::Value& json, ConnectionSettings& connection) {
    if (const auto seconds = json.findInteger("syncSeconds"))
        connection.syncInterval = std::chrono::seconds(*seconds);
    if (const auto seconds = json.findInteger("fullSyncSeconds"))
        connection.fullSyncInterval = std::chrono::seconds(*seconds);
    if (const auto units = json.findInteger("unitsAtOnce"))
        connection.unitsAtOnce = static_cast<int>(*units);
}

adapters::WorklistQuery readWorklist(const fhir::json::Value& json,
                                     const ConnectionSettings& connection,
                                     SettingsReading& reading) {
    adapters::WorklistQuery query{.source = json.at("source").string()};
    query.wholeEvery = connection.fullSyncInterval;
    query.location = json.findString("location").value_or("");
    query.identifier = json.findString("identifier").value_or("");
    query.practitioner = json.findString("practitioner").value_or("");
    query.days = static_cast<int>(json.findInteger("days").value_or(query.days));
    query.group = json.findString("group").value_or("");
    for (const auto patient : json.findArray("patients"))
        query.patients.push_back(patient.string());
    if (query.source == "appointments" && query.location.empty() == query.practitioner.empty())
        reading.fault(json, "appointments need either location or practitioner");
    if (query.source == "encounter-search" && connection.profile.encounterSearchNeedsPatient)
        reading.fault(
            json.at("source"),
            "this vendor searches no encounters without a patient; choose another source");
    if (query.source == "group-export" && connection.syncInterval < kExportInterval)
        reading.fault(json.at("source"), "an export takes minutes: set syncSeconds to at least " +
                                             std::to_string(kExportInterval.count()));
    return query;
}

}  // namespace plugin
