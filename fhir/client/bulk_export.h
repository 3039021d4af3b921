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
    std::vector<std::string> types{};        ///< `_type`; empty: all that there are
    std::vector<std::string> typeFilters{};  ///< `_typeFilter`: "Encounter?status=in-progress"
    std::string since{};                     ///< `_since`: an instant; "" for all
    /// Origins beside the base's own that get the credential where the manifest asks for it.
    std::vector<Url> fileOrigins{};

    std::chrono::milliseconds timeout{60 * 60 * 1000};      ///< all of it
    std::chrono::milliseconds fileTimeout{20 * 60 * 1000};  ///< one file, first byte to last
    std::chrono::milliseconds pollFirst{2'000};  ///< doubles, where the server names no wait
    std::chrono::milliseconds pollLongest{60'000};
    std::size_t lineBytesMax = 16 * 1024 * 1024;
    std::size_t filesMax = 10'000;
    std::uint64_t resourcesMax = 50'000'000;
    std::size_t issuesMax = 100;  ///< that are kept; all are counted
};

/// What an export brought.
struct BulkExported {
    std::string transactionTime;  ///< by the server's clock: the `_since` of the next export
    std::uint64_t resources = 0;
    std::size_t files = 0;
    std::vector<std::string> deleted;  ///< "Encounter/7": gone since `_since`
    /// Lines that cannot be read, what the server could not export, counts that do not agree.
    std::vector<Issue> issues;
    std::uint64_t issueCount = 0;
};

/// The FHIR Bulk Data Access export of one server: asked for, waited for, read file by file.
/// https://hl7.org/fhir/uv/bulkdata/export.html
///
/// A file is read line by line off the connection: memory is bounded by a line, not by the export.
/// A file that broke off is asked for again and the lines that were given already are passed over.
/// Files elsewhere are asked for without a credential and over https only; a redirect is followed
/// for a file, and never with a credential, since storage behind it has its own in the address.
class BulkExport {
public:
    /// Waits that long and returns whether to go on; false ends the export.
    using Pause = std::function<bool(std::chrono::milliseconds)>;

    /// `client` must outlive this. `pause` is where a service that is to stop interrupts a wait.
    explicit BulkExport(const Client& client, Pause pause = sleeping(), Clock clock = {});

    /// Gives every resource as a view that holds during the call only. What `onResource` throws as
    /// Error{InvalidInput} becomes an issue and the rest goes on.
    ///
    /// Throws Error{Unavailable} where the export did not end in its time or was interrupted,
    /// Error{Refused} where a file wants our credential on an origin that is not to have it, and
    /// what `Client` throws for each kind of answer. However it ends, the server is told (DELETE)
    /// that its files are no longer needed.
    BulkExported run(const BulkExportRequest& request,
                     const std::function<void(const json::Value& resource)>& onResource) const;

    /// A pause that only sleeps.
    static Pause sleeping();

private:
    const Client& client_;
    Pause pause_;
    Clock clock_;
};

}  // namespace fhir
