#include "fhir/client/bulk_export.h"

#include <algorithm>
#include <thread>

#include "fhir/base/line_splitter.h"
#include "fhir/base/log.h"
#include "fhir/client/bulk_manifest.h"
#include "fhir/client/links.h"
#include "fhir/client/reply.h"
#include "fhir/r4/operation_outcome.h"

namespace fhir {
namespace {

using std::chrono::milliseconds;

constexpr int kFailuresMax = 3;   ///< one after the other, of a poll or of a file
constexpr int kRedirectsMax = 3;  ///< of one file
constexpr milliseconds kWaitLeast{250};

/// One export while it goes on.
class Job {
public:
    using OnResource = BulkExport::OnResource;

    Job(const Client& client, const BulkExport::Pause& pause, const Clock& clock,
        const BulkExportRequest& request)
        : client_(client),
          pause_(pause),
          clock_(clock),
          request_(request),
          deadline_(clock.steady() + request.timeout) {}

    BulkExported run(const OnResource& onResource) {
        const auto status = start();
        try {
            readAll(waitForManifest(status), onResource);
        } catch (...) {
            cancel(status);
            throw;
        }
        cancel(status);
        return std::move(exported_);
    }

private:
    // Asking for it.

    Url exportUrl() const {
        if (!request_.group.empty()) checkId(request_.group);
        Query query;
        const auto joined = [](const std::vector<std::string>& parts) {
            std::string text;
            for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
            return text;
        };
        if (!request_.types.empty()) query.add("_type", joined(request_.types));
        for (const auto& filter : request_.typeFilters) query.add("_typeFilter", filter);
        if (!request_.since.empty()) query.add("_since", request_.since);
        return client_.urlOf(
            request_.group.empty() ? "Patient/$export" : "Group/" + request_.group + "/$export",
            query);
    }

    /// Where the state of the export can be asked.
    Url start() {
        auto request = client_.request("GET", exportUrl());
        request.headers.set("Prefer", "respond-async");
        int failures = 0;
        for (int waits = 0;; ++waits) {
            try {
                return stateFrom(send(request), request.url);
            } catch (const Error& error) {
                // Without an answer a second export might be started beside the first.
                if (error.status() == 0) throw;
                // Some servers run one export at a time, and say so with 429.
                waitAfter(error, failures, waits);
            }
        }
    }

    Url stateFrom(const http::Response& response, const Url& asked) const {
        if (response.status == 200)
            throw Error(ErrorKind::BadReply,
                        "the server answered at once, and not with an export to wait for");
        if (response.status != 202) throw errorFromReply("start", response);
        const auto location = response.headers.find("Content-Location");
        if (!location)
            throw Error(ErrorKind::BadReply,
                        "the server took the export and does not say where its state is");
        return followed(*location, asked, client_.server(), "the state of the export");
    }

    // Waiting for it.

    BulkManifest waitForManifest(const Url& status) {
        int failures = 0;
        for (int waits = 0;; ++waits) {
            try {
                auto request = client_.request("GET", status);
                request.headers.set("Accept", "application/json");
                auto response = send(request);
                if (response.status == 200)
                    return readManifest(jsonFromReply("manifest", std::move(response)), status);
                if (response.status != 202) throw errorFromReply("state", response);
                failures = 0;
                wait(retryAfter(response), waits);
            } catch (const Error& error) {
                if (timeIsUp_) throw;
                waitAfter(error, failures, waits);
            }
        }
    }

    BulkManifest readManifest(const json::Document& document, const Url& status) {
        auto manifest = readBulkManifest(document, status, client_, request_.filesMax);
        exported_.transactionTime = std::move(manifest.transactionTime);
        for (auto& one : manifest.issues) note(std::move(one));
        return manifest;
    }

    // Reading it.

    void readAll(const BulkManifest& manifest, const OnResource& onResource) {
        for (const auto& file : manifest.output) {
            ++exported_.files;
            const auto lines =
                readFile(manifest, file, [&](const json::Value& resource, auto& wanted) {
                    if (++exported_.resources > request_.resourcesMax)
                        throw Error(ErrorKind::BadReply, "the export has more than " +
                                                             std::to_string(request_.resourcesMax) +
                                                             " resources; narrow it");
                    onResource(resource, wanted);
                });
            if (file.count && *file.count >= 0 && static_cast<std::uint64_t>(*file.count) != lines)
                note({{},
                      "file " + std::to_string(exported_.files) + " has " + std::to_string(lines) +
                          " resources and was to have " + std::to_string(*file.count)});
        }
        for (const auto& file : manifest.deleted)
            readFile(manifest, file,
                     [&](const json::Value& bundle, auto&) { readDeleted(bundle); });
        for (const auto& file : manifest.error)
            readFile(manifest, file,
                     [&](const json::Value& json, auto& wanted) { readRemark(json, wanted); });
    }

    /// What the server could not export is an issue; what it remarks beside is none.
    void readRemark(const json::Value& json, json::Wanted& wanted) {
        const auto outcome = OperationOutcome::fromJson(json, wanted);
        if (outcome.hasError() || outcome.issue.empty())
            return note({{}, "the server remarked: " + outcome.summary()});
        client_.remarks().tell("export", outcome.summary(), clock_.steady());
    }

    /// Bundles of type transaction whose entries are requests to delete.
    void readDeleted(const json::Value& bundle) {
        for (const auto entry : bundle.findArray("entry")) {
            const auto request = entry.at("request");
            if (request.findString("method") != "DELETE") continue;
            const auto gone = parseReference(request.at("url").string());
            if (!gone) request.at("url").refuse("is no resource");
            if (exported_.deleted.size() < request_.resourcesMax)
                exported_.deleted.push_back(gone->text());
        }
    }

    /// Every line of a file; returns how many there were.
    std::uint64_t readFile(const BulkManifest& manifest, const BulkFile& file,
                           const OnResource& onResource) {
        std::uint64_t given = 0;
        for (int failures = 0;;) {
            std::uint64_t lines = 0;
            const auto before = given;
            LineSplitter splitter(request_.lineBytesMax, [&](std::string_view line, auto number) {
                if (++lines <= given) return;  // given before the file broke off
                ++given;
                giveLine(line, number, onResource);
            });
            try {
                download(manifest, file.url, [&](std::string_view part) { splitter.give(part); });
                splitter.end();
                return given;
            } catch (const Error& error) {
                if (consumerThrew_) throw;
                if (given > before) failures = 0;
                waitAfter(error, failures, failures);
            }
        }
    }

    void giveLine(std::string_view line, std::size_t number, const OnResource& onResource) {
        try {
            const auto document = json::Document::parse(std::string(line), limits());
            json::Wanted wanted;
            consumerThrew_ = true;
            onResource(document.root(), wanted);
            consumerThrew_ = false;
            for (const auto& one : wanted.problems())
                note(issueOfElement(document.root(), one, client_.server()));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;
            consumerThrew_ = false;
            note({error.path(), "file " + std::to_string(exported_.files) + ", line " +
                                    std::to_string(number) + " cannot be read: " + error.path() +
                                    " " + error.what()});
        }
    }

    json::Limits limits() const {
        json::Limits limits;
        limits.bytesMax = request_.lineBytesMax;
        return limits;
    }

    void download(const BulkManifest& manifest, const Url& file, const http::BodySink& sink) {
        auto request = fileRequest(manifest, file);
        for (int redirects = 0;; ++redirects) {
            const auto deadline = std::min(deadline_, clock_.steady() + request_.fileTimeout);
            const auto response = client_.renewing(request, [&](const auto& one) {
                return client_.transport().stream(one, deadline, sink);
            });
            if (response.status == 200) return;
            const bool redirect = response.status == 302 || response.status == 303 ||
                                  response.status == 307 || response.status == 308;
            const auto location = response.headers.find("Location");
            if (!redirect || !location || redirects >= kRedirectsMax)
                throw errorFromReply("file", response);
            // Mostly signed storage, which refuses a request that brings a second credential.
            request =
                bareRequest(checkedFile(request.url.resolve(*location), client_.options().base));
        }
    }

    static http::Request bareRequest(const Url& url) {
        return {"GET", url, {{"Accept", "application/fhir+ndjson"}}, {}};
    }

    http::Request fileRequest(const BulkManifest& manifest, const Url& url) const {
        if (manifest.requiresAccessToken == false) return bareRequest(url);
        const auto isAllowed = [&](const Url& origin) { return sameOrigin(origin, url); };
        const auto& allowed = request_.fileOrigins;
        if (!isAllowed(client_.options().base) &&
            std::none_of(allowed.begin(), allowed.end(), isAllowed)) {
            // Not on a word that cannot be read.
            if (!manifest.requiresAccessToken) return bareRequest(url);
            throw Error(ErrorKind::Refused,
                        "the files of the export are at " + url.origin() +
                            ", which wants our access token and is not the server's own origin; "
                            "if it is this EHR under another name, name that under linkAliases");
        }
        auto request = bareRequest(url);
        if (const auto authorization = client_.options().authorization())
            request.headers.set("Authorization", authorization->reveal());
        return request;
    }

    // Waiting and ending.

    http::Response send(const http::Request& request) const {
        const auto deadline = std::min(deadline_, clock_.steady() + client_.options().timeout);
        return client_.renewing(
            request, [&](const auto& one) { return client_.transport().send(one, deadline); });
    }

    /// Waits after a failure that may pass; throws it where it does not, or not in time.
    void waitAfter(const Error& error, int& failures, int waits) {
        if (error.kind() != ErrorKind::Unavailable) throw error;
        // Throttling is no failure: it lasts as long as the server says, or as we have time.
        if (error.status() != 429 && ++failures >= kFailuresMax) throw error;
        wait(error.retryAfter(), waits);
    }

    void wait(std::optional<milliseconds> asked, int waits) {
        auto span = request_.pollFirst;
        for (int i = 0; i < waits && span < request_.pollLongest; ++i) span *= 2;
        span = asked.value_or(std::min(span, request_.pollLongest));
        timeIsUp_ = true;
        if (clock_.steady() + span >= deadline_)
            throw Error(ErrorKind::Unavailable,
                        "the export was not ready within the time allowed for it");
        if (!pause_(std::max(span, kWaitLeast)))
            throw Error(ErrorKind::Unavailable, "the export was interrupted");
        timeIsUp_ = false;
    }

    /// The server keeps files with patient data until it is told, or until they expire.
    void cancel(const Url& status) noexcept {
        try {
            const auto deadline = clock_.steady() + client_.options().timeout;
            client_.renewing(client_.request("DELETE", status), [&](const auto& one) {
                return client_.transport().send(one, deadline);
            });
        } catch (const std::exception&) {
            // Nothing follows from it: they expire.
            return;
        }
    }

    void note(Issue issue) {
        ++exported_.issueCount;
        if (exported_.issues.size() < request_.issuesMax)
            exported_.issues.push_back(std::move(issue));
    }

    const Client& client_;
    const BulkExport::Pause& pause_;
    const Clock& clock_;
    const BulkExportRequest& request_;
    const Deadline deadline_;
    BulkExported exported_;
    bool timeIsUp_ = false;       ///< no more waiting: out of time, or told to stop
    bool consumerThrew_ = false;  ///< what is thrown now comes from the reader of the resources
};

}  // namespace

BulkExport::BulkExport(const Client& client, Pause pause, Clock clock)
    : client_(client), pause_(std::move(pause)), clock_(std::move(clock)) {}

BulkExported BulkExport::run(const BulkExportRequest& request, const OnResource& onResource) const {
    const std::string step = request.group.empty() ? "export Patient" : "export Group";
    try {
        return Job(client_, pause_, clock_, request).run(onResource);
    } catch (const Error& error) {
        throw error.in(step);
    }
}

BulkExport::Pause BulkExport::sleeping() {
    return [](milliseconds span) {
        std::this_thread::sleep_for(span);
        return true;
    };
}

}  // namespace fhir
