import { render } from "preact";
import { StartPage } from "./components/start_page";
import "./style/style.css";

render(<StartPage />, document.getElementById("page")!);
