#include "adapters/simulator/bulk_exports.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "adapters/simulator/respond.h"
#include "fhir/base/random.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/date_time.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;

constexpr std::string_view kExport = "$export";
constexpr std::string_view kJobs = "$export-jobs";
constexpr std::string_view kStorage = kExportStorage;
constexpr std::size_t kTokenBytes = 16;
constexpr std::chrono::minutes kForgottenAfter{10};

[[noreturn]] void refuse(int status, const std::string& why) {
    throw Error(ErrorKind::Refused, why).withStatus(status);
}

/// The level that a kick-off address names: "Group", "Patient", "system".
std::string levelOf(const std::vector<std::string>& path) {
    if (path.size() == 1) return "system";
    return path.front();
}

std::set<std::string> typesOf(const fhir::Query& query) {
    std::set<std::string> types;
    std::istringstream text(query.find("_type").value_or(""));
    for (std::string type; std::getline(text, type, ',');) types.insert(type);
    return types;
}

/// Patients of a Group by its members.
std::set<std::string> membersOf(const Stored& group) {
    std::set<std::string> members;
    const auto document = fhir::json::Document::parse(group.text);
    for (const auto member : document.root().findArray("member"))
        if (const auto entity = member.find("entity"))
            members.insert(entity->findString("reference").value_or(""));
    return members;
}

using Patients = std::optional<std::set<std::string>>;

/// Whether a resource is about one of `patients` (nullopt: no matter whom): it is one, or a
/// parameter "patient" of its type finds it so.
bool isAbout(const Stored& stored, const Definition& definition, const Patients& among) {
    if (!among) return true;
    const auto& patients = *among;
    if (patients.contains(stored.reference())) return true;
    const auto* parameter = definition.find("patient");
    return parameter != nullptr &&
           std::any_of(stored.index.begin(), stored.index.end(), [&](const IndexValue& value) {
               return value.parameter == parameter && patients.contains(value.text);
           });
}

}  // namespace

BulkExports::BulkExports(std::string base, const Behaviour& behaviour, const Catalogue& catalogue,
                         bool hurry)
    : base_(std::move(base)),
      behaviour_(behaviour),
      catalogue_(catalogue),
      retryAfter_(hurry ? std::chrono::seconds(1) : behaviour.bulk.retryAfter) {}

bool BulkExports::isAbout(const std::vector<std::string>& path) {
    return !path.empty() &&
           (path.back() == kExport || path.front() == kJobs || path.front() == kStorage);
}

Response BulkExports::answer(const std::vector<std::string>& path, const Request& request,
                             const Store& store, fhir::Instant now) {
    if (path.back() == kExport) return start(path, request, store, now);
    const auto& id = path.size() > 1 ? path[1] : "";
    const auto job = jobs_.find(id);
    if (job == jobs_.end()) throw Error(ErrorKind::NotFound, "there is no such export");
    if (path.size() == 2 && path.front() == kJobs) return status(id, request.method);
    if (path.size() != 3) throw Error(ErrorKind::NotFound, "there is no such file");
    if (path.front() == kJobs && behaviour_.bulk.filesElsewhere)
        return {307,
                {{"Location", base_ + "/" + std::string(kStorage) + "/" + id + "/" + path[2]}},
                {}};
    return file(job->second, path[2], request);
}

Response BulkExports::start(const std::vector<std::string>& path, const Request& request,
                            const Store& store, fhir::Instant now) {
    const auto& levels = behaviour_.bulk.levels;
    const auto level = levelOf(path);
    if (std::find(levels.begin(), levels.end(), level) == levels.end())
        throw Error(ErrorKind::NotFound, "there is no export at this level");
    if (auto refused = refusedMethod(request, {"GET"})) return *std::move(refused);
    if (request.headers.find("Prefer").value_or("").find("respond-async") == std::string::npos)
        refuse(400, "an export needs Prefer: respond-async");
    // One that nobody asked about for long does not hold up the next.
    const auto isRunning = [&](const auto& one) {
        return one.second.asked < 2 && now - one.second.began < kForgottenAfter;
    };
    if (behaviour_.bulk.oneAtATime && std::any_of(jobs_.begin(), jobs_.end(), isRunning))
        throw Error(ErrorKind::Unavailable, "one export must end before the next begins")
            .withStatus(429)
            .withRetryAfter(retryAfter_);
    Patients patients;
    if (level == "Group") {
        const auto group = path.size() == 3 ? store.find("Group", path[1]) : nullptr;
        if (!group) throw Error(ErrorKind::NotFound, "there is no Group with that id");
        patients = membersOf(*group);
    }
    const auto query = fhir::Query::parse(request.url.query);
    const auto types = typesOf(query);
    const auto since = fhir::DateTime::tryParse(query.find("_since").value_or(""));
    Job job{request.url.text(), now, 0, {}};
    for (const auto& definition : catalogue_.all()) {
        const std::string type(definition.type);
        if (!types.empty() && !types.contains(type)) continue;
        for (const auto& stored : store.all(type))
            if (simulator::isAbout(*stored, definition, patients) &&
                (!since || stored->updated >= since->earliest()))
                job.files[type] += stored->text + "\n";
    }
    if (jobs_.size() >= kJobsMax) jobs_.erase(jobs_.begin());
    const auto id = fhir::randomToken(kTokenBytes);
    jobs_.emplace(id, std::move(job));
    return {202, {{"Content-Location", base_ + "/" + std::string(kJobs) + "/" + id}}, {}};
}

Response BulkExports::status(const std::string& id, const std::string& method) {
    auto& job = jobs_.at(id);
    if (method == "DELETE") {
        jobs_.erase(id);
        return {202, {}, {}};
    }
    if (++job.asked < 2)
        return {
            202,
            {{"Retry-After", std::to_string(retryAfter_.count())}, {"X-Progress", "in progress"}},
            {}};
    fhir::json::Writer writer;
    writer.beginObject().member("transactionTime", fhir::toFhirInstant(job.began));
    writer.member("request", job.request).member("requiresAccessToken", true);
    writer.key("output").beginArray();
    for (const auto& [type, lines] : job.files)
        writer.beginObject()
            .member("type", type)
            .member("url", base_ + "/" + std::string(kJobs) + "/" + id + "/" + type + ".ndjson")
            .endObject();
    writer.endArray().key("error").beginArray().endArray().endObject();
    return {200, {{"Content-Type", "application/json"}}, writer.take()};
}

Response BulkExports::file(const Job& job, const std::string& name, const Request& request) const {
    if (behaviour_.bulk.filesElsewhere && request.headers.find("Authorization"))
        refuse(400, "only one way to show a right to a file is allowed");
    const auto file = job.files.find(name.substr(0, name.rfind('.')));
    if (file == job.files.end()) throw Error(ErrorKind::NotFound, "there is no such file");
    return {200, {{"Content-Type", "application/fhir+ndjson"}}, file->second};
}

}  // namespace adapters::simulator
