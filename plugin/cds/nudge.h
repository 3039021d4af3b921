#pragma once

#include <string>

#include "plugin/cds/hook.h"
#include "plugin/domain/summary.h"

namespace plugin::cds {

/// Returns the line that asks whether there is a moment to ask; "" if none is due. It is due on
/// admission unless the words are fresh or the patient chose not to say, and at any time if the
/// words should be checked or are in doubt; never for who has died, or may have. Does not know
/// whether the line was shown before.
std::string nudgeDue(Hook hook, const domain::Judgement& judgement, bool mayBeDeceased);

/// Whether a card is to say that something could not be read, where there are no words: where one
/// would have asked.
bool isUnreadDue(Hook hook, const domain::Judgement& judgement, bool mayBeDeceased);

}  // namespace plugin::cds
