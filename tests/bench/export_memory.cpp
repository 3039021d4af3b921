// The peak memory of a process that reads an export, 200 MB of NDJSON, line by line into structs.
// bench_export_memory FOLDER: the file is made there and removed again.
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fhir/r4/encounter.h"
#include "fhir/r4/observation.h"
#include "tests/bench/bundle_text.h"

namespace {

constexpr std::size_t kBytes = 200'000'000;
constexpr unsigned kSeed = 7;
constexpr double kAimMib = 64;

std::size_t writeExport(const std::filesystem::path& path) {
    std::ofstream file(path, std::ios::binary);
    bench::MadeUpResources resources(kSeed);
    for (std::size_t bytes = 0; bytes < kBytes;) {
        const auto line = resources.next() + "\n";
        file << line;
        bytes += line.size();
    }
    file.close();
    return file ? resources.count() : 0;
}

std::size_t readExport(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::size_t resources = 0;
    std::size_t characters = 0;
    for (std::string line; std::getline(file, line);) {
        const auto document = fhir::json::Document::parse(line);
        const auto root = document.root();
        if (root.at("resourceType").text() == fhir::Encounter::resourceType)
            characters += fhir::Encounter::fromJson(root).status.size();
        else
            characters += fhir::Observation::fromJson(root).valueString->size();
        ++resources;
    }
    return characters > resources ? resources : 0;
}

double peakMib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: bench_export_memory FOLDER\n");
        return 2;
    }
    const auto path = std::filesystem::path(arguments[1]) / "export.ndjson";
    const auto written = writeExport(path);
    const auto read = readExport(path);
    std::filesystem::remove(path);
    if (written == 0 || read != written) {
        std::fprintf(stderr, "%zu resources were written, %zu read\n", written, read);
        return 1;
    }
    const auto mib = peakMib();
    std::printf("export-memory: %zu resources, %.0f MB\n", read, kBytes / 1e6);
    std::printf("bench export-memory %.1f aim <=%.0f %s\n", mib, kAimMib,
                mib <= kAimMib ? "ok" : "short");
    return 0;
}
