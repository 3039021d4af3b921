#pragma once

#include <string>

#include "plugin/cds/hook.h"
#include "plugin/domain/summary.h"

namespace plugin::cds {

/// The line that asks whether there is a moment to ask; "" where nothing is due. Due on admission
/// unless the words are fresh or the patient chose not to say, and at any time when they are worth
/// checking or doubted. Whether it was shown before is not known here.
std::string nudgeDue(Hook hook, const domain::Judgement& judgement, bool isDeceased);

}  // namespace plugin::cds
