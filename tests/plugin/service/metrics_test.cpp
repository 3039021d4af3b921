#include "plugin/service/metrics.h"

#include <thread>

namespace service_metrics_test {

using plugin::service::Metrics;

TEST_CASE("metrics: counters add up by their labels, gauges are as they were set last", "[http]") {
    Metrics metrics;
    metrics.count("tries_total", "Tries.", {{"route", "observation"}});
    metrics.count("tries_total", "Tries.", {{"route", "observation"}});
    metrics.count("tries_total", "Tries.", {{"route", "companion"}});
    metrics.set("waiting", "Entries.", {{"connection", "general"}}, 5);
    metrics.set("waiting", "Entries.", {{"connection", "general"}}, 3);

    const auto text = metrics.text();

    CHECK(text.find("# TYPE tries_total counter\n") != std::string::npos);
    CHECK(text.find("tries_total{route=\"observation\"} 2\n") != std::string::npos);
    CHECK(text.find("tries_total{route=\"companion\"} 1\n") != std::string::npos);
    CHECK(text.find("waiting{connection=\"general\"} 3\n") != std::string::npos);
}

TEST_CASE("metrics: several threads count together", "[http]") {
    Metrics metrics;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 100; ++k) metrics.count("total", "All.", {});
            });
    }

    CHECK(metrics.text().find("total 400\n") != std::string::npos);
}

}  // namespace service_metrics_test
