#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/client/client.h"

namespace fhir {

/// What is exported, and what it may cost.
struct BulkExportRequest {
    std::string group{};  ///< the id of a Group; "" for every patient that the server lets us see
    std::vector<std::string> types{};        ///< `_type`; empty: all types
    std::vector<std::string> typeFilters{};  ///< `_typeFilter`: "Encounter?status=in-progress"
    std::string since{};                     ///< `_since`: an instant; "" for everything
    /// Other origins than the base's that get our access token if the manifest asks for it.
    std::vector<Url> fileOrigins{};

    std::chrono::milliseconds timeout{60 * 60 * 1000};      ///< the whole export
    std::chrono::milliseconds fileTimeout{20 * 60 * 1000};  ///< one file, first byte to last
    std::chrono::milliseconds pollFirst{2'000};             ///< doubles if the server names no wait
    std::chrono::milliseconds pollLongest{60'000};
    std::size_t lineBytesMax = 16 * 1024 * 1024;
    std::size_t filesMax = 10'000;
    std::uint64_t resourcesMax = 50'000'000;
    std::size_t issuesMax = 100;  ///< how many are kept; all are counted
};

/// The result of an export.
struct BulkExported {
    /// By the server's clock; use it as `_since` next time. "" where the manifest does not say it.
    std::string transactionTime;
    std::uint64_t resources = 0;
    std::size_t files = 0;
    std::vector<std::string> deleted;  ///< "Encounter/7": deleted after `_since`
    /// What of the manifest, which lines and which elements cannot be read, what the server could
    /// not export, wrong counts.
    std::vector<Issue> issues;
    std::uint64_t issueCount = 0;
};

/// Runs a FHIR Bulk Data Access export: starts it, polls its status, reads file by file.
/// https://hl7.org/fhir/uv/bulkdata/export.html
///
/// A file is read line by line from the connection: memory is bounded by a line, not by the export.
/// If a file breaks off, it is requested again and the lines already given are skipped. A file gets
/// our token only if the manifest asks for it, and on another origin only if `fileOrigins` has
/// that; one below an alias of the base is asked for at the base; if the base is https, all files
/// must be. A file's redirects are followed (3 at most) without a token: the address of a storage
/// service holds its own credential.
class BulkExport {
public:
    /// Reads a resource and notes in `wanted` what it left out of it.
    using OnResource = std::function<void(const json::Value& resource, json::Wanted& wanted)>;
    /// Waits that long and returns whether to continue; false ends the export.
    using Pause = std::function<bool(std::chrono::milliseconds)>;

    /// `client` must outlive this. A service that shuts down can interrupt a wait through `pause`.
    explicit BulkExport(const Client& client, Pause pause = sleeping(), Clock clock = {});

    /// Gives every resource as a view that is valid during the call only. An Error{InvalidInput}
    /// from `onResource` becomes an issue, and so does each element that it left out; the export
    /// goes on.
    ///
    /// Throws Error{Unavailable} if the export did not end in time or was interrupted,
    /// Error{Refused} if a file wants our token on an origin that must not get it, and what
    /// `Client` throws for each kind of answer. Once an export has started, the server is always
    /// told at its end (DELETE) that its files are no longer needed.
    BulkExported run(const BulkExportRequest& request, const OnResource& onResource) const;

    /// A pause that only sleeps.
    static Pause sleeping();

private:
    const Client& client_;
    Pause pause_;
    Clock clock_;
};

}  // namespace fhir
