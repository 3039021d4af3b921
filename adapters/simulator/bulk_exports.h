#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/store.h"
#include "fhir/base/clock.h"

namespace adapters::simulator {

/// Begins the path of files on separate storage, which needs no token.
inline constexpr std::string_view kExportStorage = "$export-storage";

/// Bulk export (http://hl7.org/fhir/uv/bulkdata, 2.0.0): a job's first status request says that it
/// is not ready, the second that it is. Not synchronised.
class BulkExports {
public:
    static constexpr std::size_t kJobsMax = 50;

    BulkExports(std::string base, const Behaviour& behaviour, const Catalogue& catalogue,
                bool hurry);

    /// Whether the path is that of an export, of its status or of a file.
    static bool isAbout(const std::vector<std::string>& path);
    /// Throws Error as a search does; with status 429 if another job must end first.
    fhir::http::Response answer(const std::vector<std::string>& path,
                                const fhir::http::Request& request, const Store& store,
                                fhir::Instant now);

private:
    struct Job {
        std::string request;
        fhir::Instant began;
        int asked = 0;
        std::map<std::string, std::string> files;  // by type
    };
    fhir::http::Response start(const std::vector<std::string>& path,
                               const fhir::http::Request& request, const Store& store,
                               fhir::Instant now);
    fhir::http::Response status(const std::string& id, const std::string& method);
    fhir::http::Response file(const Job& job, const std::string& name,
                              const fhir::http::Request& request) const;

    std::string base_;
    const Behaviour& behaviour_;
    const Catalogue& catalogue_;
    std::chrono::seconds retryAfter_;
    std::map<std::string, Job> jobs_;
};

}  // namespace adapters::simulator
