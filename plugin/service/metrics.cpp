#include "plugin/service/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace plugin::service {

struct Metrics::Families {
    // The same name with the same help gives the same family again.
    prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count(const std::string& name, const std::string& help, const Labels& labels) {
    prometheus::BuildCounter()
        .Name(name)
        .Help(help)
        .Register(families_->registry)
        .Add(labels)
        .Increment();
}

void Metrics::set(const std::string& name, const std::string& help, const Labels& labels,
                  double value) {
    prometheus::BuildGauge()
        .Name(name)
        .Help(help)
        .Register(families_->registry)
        .Add(labels)
        .Set(value);
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace plugin::service
