import { render } from "preact";
import { NoContext } from "./components/no_context";
import { WardPage } from "./components/ward_page";
import { fragmentValue, reloadOnContextChange } from "./server/fragment";
import "./style/style.css";

const token = fragmentValue("c");
reloadOnContextChange();
render(token ? <WardPage token={token} /> : <NoContext />, document.getElementById("page")!);
