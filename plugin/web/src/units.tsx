import { render } from "preact";
import { NoContext } from "./components/no_context";
import { UnitsPage } from "./components/units_page";
import { fragmentValue, reloadOnContextChange } from "./server/fragment";
import "./style/style.css";

const token = fragmentValue("c");
reloadOnContextChange();
render(token ? <UnitsPage token={token} /> : <NoContext />, document.getElementById("page")!);
