import { filters, sortings, type Filter, type Sorting } from "../model/ward";
import { phrases } from "../phrases";
import { Choice } from "./choice";

interface Props {
  sorting: Sorting;
  filter: Filter;
  shown: number;
  all: number;
  onSorting: (sorting: Sorting) => void;
  onFilter: (filter: Filter) => void;
}

/** In which order, and whom. */
export function WardControls({ sorting, filter, shown, all, onSorting, onFilter }: Props) {
  return (
    <div class="ward-controls">
      <Choice
        label={phrases.sortBy}
        value={sorting}
        onChange={onSorting}
        options={sortings.map((value) => ({ value, label: phrases.sortings[value] }))}
      />
      <Choice
        label={phrases.show}
        value={filter}
        onChange={onFilter}
        options={filters.map((value) => ({ value, label: phrases.filters[value] }))}
      />
      <p class="small" role="status">
        {phrases.showing(shown, all)}
      </p>
      <button type="button" class="secondary outline" onClick={() => print()}>
        {phrases.print}
      </button>
    </div>
  );
}
